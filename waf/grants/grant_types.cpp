// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/grant_types.hpp"

#include <algorithm>
#include <array>

#include "waf/grants/access_code.hpp"
#include "waf/grants/authorization_code.hpp"
#include "waf/grants/client_credentials.hpp"
#include "waf/grants/device_code.hpp"
#include "waf/grants/pool.hpp"
#include "waf/grants/refresh_token.hpp"
#include "waf/grants/token_exchange.hpp"

namespace waf {
namespace {

constexpr std::array<GrantType, 7> grant_types = {{
    {"authorization_code", redeem_code},
    {"refresh_token", redeem_refresh_token},
    {"client_credentials", grant_client_credentials, false},
    {"urn:ietf:params:oauth:grant-type:token-exchange", exchange_token, false},
    {device_code_grant, redeem_device_code},
    {access_code_grant, redeem_access_code},
    {pool_grant_type, allocate_identity},
}};

}  // namespace

std::vector<std::string_view> grant_type_names() {
  std::vector<std::string_view> out;
  for (const GrantType& one : grant_types) out.push_back(one.name);
  return out;
}

const GrantType* find_grant_type(std::string_view name) {
  const auto* found = std::find_if(grant_types.begin(), grant_types.end(),
                                   [name](const GrantType& one) { return one.name == name; });
  return found == grant_types.end() ? nullptr : found;
}

}  // namespace waf
