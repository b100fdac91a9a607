// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/http.hpp"

namespace waf {

/// Byte for byte one of the registered ones; only a registered http loopback address may come with
/// another port (RFC 8252 section 7.3). Nothing is normalised.
[[nodiscard]] bool is_registered_redirect(std::string_view uri,
                                          const std::vector<std::string>& registered);

/// What may be registered: https, http on a loopback address, or a private-use scheme with a dot;
/// no fragment, no user information, no wildcard.
[[nodiscard]] bool may_be_redirect(std::string_view uri);

/// What may be registered as an origin for CORS: as browsers write it, and never "null".
[[nodiscard]] bool is_origin(std::string_view text);

/// `uri` with the parameters added to its query.
[[nodiscard]] std::string with_parameters(std::string_view uri, const common::FormFields& fields);

}  // namespace waf
