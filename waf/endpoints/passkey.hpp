// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// POST /login/passkey/options and /login/passkey: the first factor, or the only one.
[[nodiscard]] Answer handle_passkey_login_options(EndpointContext& context,
                                                  const common::HttpRequest& http, SystemTime now);
[[nodiscard]] Answer handle_passkey_login(EndpointContext& context, const common::HttpRequest& http,
                                          SystemTime now);

/// POST /login/code/passkey/options and /login/code/passkey: the second factor.
[[nodiscard]] Answer handle_passkey_factor_options(EndpointContext& context,
                                                   const common::HttpRequest& http, SystemTime now);
[[nodiscard]] Answer handle_passkey_factor(EndpointContext& context,
                                           const common::HttpRequest& http, SystemTime now);

/// POST /account/passkey/options, /account/passkey and /account/passkey/remove.
[[nodiscard]] Answer handle_passkey_options(EndpointContext& context,
                                            const common::HttpRequest& http, SystemTime now);
[[nodiscard]] Answer handle_passkey(EndpointContext& context, const common::HttpRequest& http,
                                    SystemTime now);
[[nodiscard]] Answer handle_passkey_remove(EndpointContext& context,
                                           const common::HttpRequest& http, SystemTime now);

[[nodiscard]] common::HttpResponse serve_passkey_script();

}  // namespace waf
