// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.hpp"
#include "waf/settings.hpp"

namespace waf {

/// An Argon2id PHC string taken apart: $argon2id$v=19$m=…,t=…,p=…$salt$tag.
struct PasswordHash {
  PasswordCost cost;
  std::vector<std::byte> salt;
  std::vector<std::byte> tag;

  /// Refuses other algorithms and costs beyond what a login may take (1 GiB, 64 passes, 16 lanes).
  [[nodiscard]] static common::Result<PasswordHash> parse(std::string_view phc);
  [[nodiscard]] std::string to_string() const;
};

/// Lengths we accept in characters of UTF-8; never truncated.
[[nodiscard]] bool is_acceptable_password(std::string_view text);

/// OWASP's minimum for Argon2id: the less memory, the more passes.
[[nodiscard]] bool is_strong_enough(const PasswordCost& cost);

/// True when `have` is cheaper than `wanted` in any respect: hash again at the next login.
[[nodiscard]] bool is_weaker(const PasswordCost& have, const PasswordCost& wanted);

}  // namespace waf
