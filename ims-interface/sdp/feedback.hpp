// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ims-interface/sdp/codec.hpp"
#include "ims-interface/sdp/model.hpp"
#include "ims-interface/sdp/negotiation.hpp"

/// a=rtcp-fb of video (RFC 4585 4.2, RFC 5104 7.1).
namespace ims::sdp {

/// What a section announces, for whichever of its formats. Without rtcp-fb lines: nothing.
[[nodiscard]] Feedback read_feedback(const Media& media);

/// The lines for each codec.
void add_feedback(Media& media, const std::vector<Codec>& codecs, const Feedback& feedback);

}  // namespace ims::sdp
