// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "waf/pages/layout.hpp"

namespace waf::pages {

/// A heading, a sentence, and a way back. Heading and text are plain: they are escaped here.
[[nodiscard]] std::string message(const Look& look, std::string_view heading,
                                  std::string_view text);
/// The same for what went wrong.
[[nodiscard]] std::string problem(const Look& look, std::string_view heading,
                                  std::string_view text);

}  // namespace waf::pages
