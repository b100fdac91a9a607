// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "common/random.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/settings.hpp"

namespace waf::io {

/// Argon2id of a password as a PHC string. Each thread keeps the working memory of its largest
/// hash, so that a login costs no allocation of tens of megabytes.
[[nodiscard]] std::string hash_password(std::string_view password, const PasswordCost& cost,
                                        common::RandomSource& random);

/// False also for a malformed hash.
[[nodiscard]] bool password_matches(std::string_view password, std::string_view phc);

/// Both for one login: compares, and hashes anew when the stored hash is weaker than `cost`.
[[nodiscard]] PasswordVerdict check_password(const std::string& password, const std::string& phc,
                                             const PasswordCost& cost,
                                             common::RandomSource& random);

}  // namespace waf::io
