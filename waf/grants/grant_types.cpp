// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/grant_types.hpp"

#include <algorithm>
#include <array>

#include "waf/grants/access_code.hpp"
#include "waf/grants/authorization_code.hpp"
#include "waf/grants/device_code.hpp"
#include "waf/grants/refresh_token.hpp"

namespace waf {
namespace {

constexpr std::array<GrantType, 4> grant_types = {{
    {"authorization_code", redeem_code},
    {"refresh_token", redeem_refresh_token},
    {device_code_grant, redeem_device_code},
    {access_code_grant, redeem_access_code},
}};

}  // namespace

const GrantType* find_grant_type(std::string_view name) {
  const auto* found = std::find_if(grant_types.begin(), grant_types.end(),
                                   [name](const GrantType& one) { return one.name == name; });
  return found == grant_types.end() ? nullptr : found;
}

}  // namespace waf
