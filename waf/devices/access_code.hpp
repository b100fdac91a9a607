// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/random.hpp"
#include "waf/devices/secret_box.hpp"
#include "waf/devices/settings.hpp"
#include "waf/store/device_records.hpp"
#include "waf/store/records.hpp"

namespace waf {

/// `digits` decimal digits, each as likely as any other (token-auth 3.2).
[[nodiscard]] std::string new_access_code(common::RandomSource& random, std::int64_t digits);

/// As it is shown: ten digits as 3-3-4, others in groups of three or four.
[[nodiscard]] std::string grouped_code(std::string_view code);

/// What a phone may give as its user name for this user: his name here, his IMPI, the user parts of
/// his public identities with and without the host, his telephone numbers.
[[nodiscard]] std::vector<std::string> phone_names_of(const User& user);

/// What verifies `code` under each of the names, to be stored instead of it. Under the empty name
/// there is no HA1: it is for a code that comes without a name.
[[nodiscard]] std::vector<DeviceSecret> secrets_for_code(const SecretBox& box,
                                                         common::RandomSource& random,
                                                         const AccessCodeSettings& settings,
                                                         const DeviceCredential& credential,
                                                         const std::vector<std::string>& names,
                                                         std::string_view code);

/// How a code stands in the store under a name; the empty name is that of a star code.
[[nodiscard]] std::string code_digest_of(const SecretBox& box, std::string_view user_name,
                                         std::string_view realm, std::string_view code);

/// Where an encrypted HA1 stands: it opens nowhere else.
[[nodiscard]] std::string ha1_context(std::string_view credential_id, std::string_view user_name,
                                      std::string_view algorithm);

}  // namespace waf
