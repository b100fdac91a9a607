// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace waf::pages {

/// A QR code of the text as SVG, dark on light with its quiet zone; empty when it is too long.
[[nodiscard]] std::string qr_picture(const std::string& text);

}  // namespace waf::pages
