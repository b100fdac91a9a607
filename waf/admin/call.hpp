// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/http.hpp"
#include "waf/endpoints/context.hpp"

namespace waf::admin {

/// One authorized request: what stands for the braces of its path, in their order.
struct Call {
  EndpointContext& context;
  const common::HttpRequest& http;
  std::vector<std::string> arguments;
  SystemTime now{};
};

using Handler = common::HttpResponse (*)(const Call& call);

// users.cpp
[[nodiscard]] common::HttpResponse list_users(const Call& call);
[[nodiscard]] common::HttpResponse create_user(const Call& call);
[[nodiscard]] common::HttpResponse show_user(const Call& call);
[[nodiscard]] common::HttpResponse update_user(const Call& call);
[[nodiscard]] common::HttpResponse list_sessions(const Call& call);
[[nodiscard]] common::HttpResponse list_grants(const Call& call);
[[nodiscard]] common::HttpResponse list_devices(const Call& call);
// sessions.cpp
[[nodiscard]] common::HttpResponse show_session(const Call& call);
[[nodiscard]] common::HttpResponse delete_session(const Call& call);
[[nodiscard]] common::HttpResponse show_device(const Call& call);
[[nodiscard]] common::HttpResponse delete_device(const Call& call);
// clients.cpp
[[nodiscard]] common::HttpResponse list_clients(const Call& call);
[[nodiscard]] common::HttpResponse show_client(const Call& call);
[[nodiscard]] common::HttpResponse put_client(const Call& call);
[[nodiscard]] common::HttpResponse delete_client(const Call& call);
[[nodiscard]] common::HttpResponse list_pools(const Call& call);
[[nodiscard]] common::HttpResponse show_pool(const Call& call);
// keys.cpp
[[nodiscard]] common::HttpResponse list_keys(const Call& call);
[[nodiscard]] common::HttpResponse rotate_key(const Call& call);
[[nodiscard]] common::HttpResponse retire_key(const Call& call);
[[nodiscard]] common::HttpResponse drop_key(const Call& call);
// revocations.cpp
[[nodiscard]] common::HttpResponse show_grant(const Call& call);
[[nodiscard]] common::HttpResponse create_revocation(const Call& call);
[[nodiscard]] common::HttpResponse show_revocation(const Call& call);
// tokens.cpp
[[nodiscard]] common::HttpResponse create_token(const Call& call);

}  // namespace waf::admin
