// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// GET /account: the user's sessions, applications, factors.
[[nodiscard]] Answer handle_account(EndpointContext& context, const common::HttpRequest& http,
                                    SystemTime now);
/// POST /account/end: one session, one application, or everything.
[[nodiscard]] Answer handle_account_end(EndpointContext& context, const common::HttpRequest& http,
                                        SystemTime now);

/// GET and POST /account/totp, POST /account/totp/off and /account/totp/codes. Each wants a login
/// of the last minutes.
[[nodiscard]] Answer handle_totp(EndpointContext& context, const common::HttpRequest& http,
                                 SystemTime now);
[[nodiscard]] Answer handle_totp_off(EndpointContext& context, const common::HttpRequest& http,
                                     SystemTime now);
[[nodiscard]] Answer handle_recovery_codes(EndpointContext& context,
                                           const common::HttpRequest& http, SystemTime now);

/// The synchronizer token's name of the forms on the account's page.
inline constexpr std::string_view account_form = "account";

enum class EndReason { user, password_changed };
/// Ends all sessions of the user but `kept`, with every token that came from any login, and all
/// signed-in devices.
void end_everything(EndpointContext& context, const std::string& user_id, const Session* kept,
                    EndReason reason, SystemTime now);

}  // namespace waf
