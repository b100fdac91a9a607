// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace waf::pages {

/// The contrast of two colours ("#0b7a75") as WCAG 2 counts it, 1 to 21; nothing for a text that is
/// no such colour. Text needs 4.5.
[[nodiscard]] std::optional<double> contrast(std::string_view one, std::string_view other);
inline constexpr double least_contrast = 4.5;

}  // namespace waf::pages
