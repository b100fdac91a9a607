// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "common/result.hpp"
#include "ims-interface/sdp/model.hpp"

namespace ims::sdp {

/// Bounds on what a peer may send (SEC-14). The defaults take any browser's offer several times
/// over.
struct Limits {
  std::size_t bytes = 32 * 1024;
  std::size_t lines = 1000;
  std::size_t line_bytes = 4096;
  std::size_t media = 32;
  std::size_t formats = 128;  // of one m-line
};

/// Lines may end in CRLF or LF. Errors name the line: "line 7: port is not a number below 65536".
/// The order of lines within a section is not enforced, their places (session, media) and counts
/// are.
[[nodiscard]] common::Result<Description> parse(std::string_view text, const Limits& limits = {});

}  // namespace ims::sdp
