// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "common/http.hpp"
#include "waf/endpoints/context.hpp"
#include "waf/grants/authorization_request.hpp"

namespace waf {

/// A password to be checked off the logic thread, since Argon2 takes its time; then finish_login().
struct PasswordTask {
  std::string password;  // secret
  std::string hash;      // PHC string
  std::string user_name;
  std::optional<std::string> user_id;  // nothing for an unknown user: the answer will be no
  std::optional<AuthorizationRequest> request;
  common::HttpRequest http;  // for its cookies
};

struct PasswordVerdict {
  enum class Outcome { match, mismatch, overloaded };
  Outcome outcome = Outcome::mismatch;
  std::string new_hash;  // when the stored one is weaker than configured
};

using Answer = std::variant<common::HttpResponse, PasswordTask>;

/// The login page for a request, or for a user who came without one.
[[nodiscard]] common::HttpResponse show_login(EndpointContext& context,
                                              const common::HttpRequest& http,
                                              const std::optional<AuthorizationRequest>& request,
                                              const std::string& user_name,
                                              const std::string& error, SystemTime now);

/// POST /login.
[[nodiscard]] Answer handle_login(EndpointContext& context, const common::HttpRequest& http,
                                  SystemTime now);
[[nodiscard]] common::HttpResponse finish_login(EndpointContext& context, const PasswordTask& task,
                                                const PasswordVerdict& verdict, SystemTime now);

}  // namespace waf
