// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ims-interface/sdp/stream.hpp"

namespace ims::sdp {

/// Joins an answer's codecs and direction to the stream's offer: payload mappings, the answer in
/// the offerer's numbers, who may send. False when no codec of the medium is left.
[[nodiscard]] bool settle(Stream& stream, Side answerer, const std::vector<Codec>& codecs);

}  // namespace ims::sdp
