// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace ims {

/// The text for a log: digits that are dialled behind a star may be an access code ("*55*0194…").
[[nodiscard]] std::string without_code(std::string_view text);

}  // namespace ims
