// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "common/result.hpp"
#include "waf/grants/token_request.hpp"
#include "waf/grants/token_set.hpp"

namespace waf {

/// How a grant type turns a request into tokens; runs inside one transaction of the store
/// unless the grant writes nothing.
using GrantFunction = common::Result<TokenSet> (*)(GrantContext& context,
                                                   const TokenRequest& request, SystemTime now);

struct GrantType {
  std::string_view name;  // value of grant_type
  GrantFunction redeem;
  bool writes = true;  // changes the store whatever the client's tokens are like
};

[[nodiscard]] std::vector<std::string_view> grant_type_names();

/// Null for a grant type that is not served.
[[nodiscard]] const GrantType* find_grant_type(std::string_view name);

}  // namespace waf
