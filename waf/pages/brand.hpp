// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

namespace waf::pages {

/// Whose pages these are, by configuration.
struct Brand {
  std::string name = "IMS WebRTC gateway";
  std::string accent;                       // "#0b7a75" on light ground; empty: our own
  std::string accent_dark;                  // on dark ground
  std::shared_ptr<const std::string> logo;  // file content; null: our own mark
  std::string logo_type;                    // "image/svg+xml", "image/png"
};

}  // namespace waf::pages
