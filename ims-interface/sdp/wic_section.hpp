// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ims-interface/sdp/model.hpp"
#include "ims-interface/sdp/negotiation.hpp"
#include "ims-interface/sdp/stream.hpp"

/// W3 attributes of one m-section: ICE (RFC 8839), DTLS (RFC 8842), rtcp-mux (RFC 5761).
namespace ims::sdp {

[[nodiscard]] bool is_wic_protocol(std::string_view protocol);

/// Takes over what the WIC announced: credentials, fingerprints, role, whether ICE restarted and
/// whether a new DTLS association begins (MED-10). Its candidates are not read: its address is
/// learned from authenticated checks.
[[nodiscard]] std::optional<Refusal> read_wic_section(const Description& description,
                                                      const Media& media, bool is_answer,
                                                      Stream& stream);

/// a= lines for our end. In an answer the role is fixed (MED-08).
void add_wic_attributes(Media& media, const Stream& stream, const WicAnchor& anchor,
                        bool is_answer);

}  // namespace ims::sdp
