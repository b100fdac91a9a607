// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ims-interface/sdp/model.hpp"

namespace ims::sdp {

/// Text with CRLF line ends in the order of RFC 8866 section 5; parse(print(x)) == x.
[[nodiscard]] std::string print(const Description& description);

}  // namespace ims::sdp
