// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.hpp"
#include "waf/federation/claims.hpp"

namespace waf::federation {

/// Text with claims in it: "sip:{preferred_username|lower}@ims.example". Filters: `lower` (ASCII),
/// `digits` (drops all others), `local` (what stands before the "@").
class ClaimTemplate {
 public:
  /// Fails with Errc::malformed_identity and what is wrong.
  [[nodiscard]] static common::Result<ClaimTemplate> parse(std::string_view text);

  /// Errc::missing_claim when a claim has no value or several, or a filter leaves nothing.
  [[nodiscard]] common::Result<std::string> render(const Claims& claims) const;
  [[nodiscard]] std::vector<std::string> names() const;  // of the claims in it

 private:
  struct Part {
    std::string text;  // or the claim's name
    bool is_claim = false;
    std::vector<std::string> filters;
  };
  std::vector<Part> parts_;
};

}  // namespace waf::federation
