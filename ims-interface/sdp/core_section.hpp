// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "ims-interface/sdp/model.hpp"
#include "ims-interface/sdp/negotiation.hpp"
#include "ims-interface/sdp/stream.hpp"

/// The core's side of one m-section: plain RTP with a port of its own for RTCP.
namespace ims::sdp {

[[nodiscard]] bool is_core_protocol(std::string_view protocol);

[[nodiscard]] NetworkAddress network_address(const common::IpAddress& address);

/// Takes over addresses and profile. c=0.0.0.0 is a hold of the old kind: it takes "receive" from
/// the direction and leaves the endpoints as they were (MED-12).
[[nodiscard]] std::optional<Refusal> read_core_section(const Description& description,
                                                       const Media& media, Stream& stream);

/// Addresses of an RTP section without ICE. Refusal::invalid_address when c= is no literal; a hold
/// by c=0.0.0.0 leaves `rtp` and `rtcp` as they were and returns false in `receives`.
struct SectionAddresses {
  std::optional<Refusal> refusal;
  bool receives = true;
};
[[nodiscard]] SectionAddresses read_addresses(const Description& description, const Media& media,
                                              common::Endpoint& rtp, common::Endpoint& rtcp);

/// b=, and a=rtcp when RTCP is not on the next port.
void add_core_lines(Media& media, const std::vector<Codec>& codecs, const CoreAnchor& anchor);

/// SES-20: the lines by which we say that our resources stand, in answer to the core's
/// (RFC 3312 section 5).
[[nodiscard]] Attributes answer_preconditions(const Attributes& offered);

}  // namespace ims::sdp
