// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "waf/admin/key_administration.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf::admin {

inline constexpr std::string_view read_scope = "waf.admin.read";
inline constexpr std::string_view write_scope = "waf.admin";
/// Tokens in anybody's name need a right of their own, which waf.admin does not contain.
inline constexpr std::string_view mint_scope = "waf.admin.mint";
inline constexpr std::string_view base_path = "/admin/v1";

[[nodiscard]] bool is_admin_path(std::string_view path);

/// The admin API that docs/openapi/waf-admin.json describes: JSON, authorized by a token of this
/// server with a scope of the above; every change is a line of the log.
[[nodiscard]] Answer handle_admin(EndpointContext& context, const common::HttpRequest& http,
                                  SystemTime now);

/// For the test that holds the description against the server.
struct Operation {
  std::string_view method;
  std::string_view path;  // "/users/{id}", below base_path
};
[[nodiscard]] std::vector<Operation> operations();

}  // namespace waf::admin
