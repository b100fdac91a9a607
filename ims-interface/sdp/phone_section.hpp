// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "ims-interface/sdp/model.hpp"
#include "ims-interface/sdp/negotiation.hpp"
#include "ims-interface/sdp/stream.hpp"

/// A phone's side of one m-section: RTP or SRTP on a port pair, never with ICE.
namespace ims::sdp {

/// The profile of a first offer to a phone.
[[nodiscard]] std::string phone_protocol(const PhonePolicy& policy);

/// Takes over addresses, profile and keys. In an offer the suite is chosen; in an answer it must be
/// one of those that we offered.
[[nodiscard]] std::optional<Refusal> read_phone_section(const Description& description,
                                                        const Media& media, bool is_answer,
                                                        const PhonePolicy& policy, Stream& stream);

/// a=rtcp-mux, a=crypto, or a=fingerprint and a=setup.
void add_phone_lines(Media& media, const Stream& stream, const PhoneAnchor& anchor, bool is_answer,
                     const PhonePolicy& policy);

}  // namespace ims::sdp
