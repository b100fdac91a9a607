// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/routes.hpp"

#include <algorithm>
#include <array>

#include "waf/endpoints/access_code.hpp"
#include "waf/endpoints/account.hpp"
#include "waf/endpoints/authorize.hpp"
#include "waf/endpoints/backchannel_logout.hpp"
#include "waf/endpoints/challenge.hpp"
#include "waf/endpoints/consent.hpp"
#include "waf/endpoints/device.hpp"
#include "waf/endpoints/device_authorization.hpp"
#include "waf/endpoints/events.hpp"
#include "waf/endpoints/federation.hpp"
#include "waf/endpoints/introspect.hpp"
#include "waf/endpoints/login.hpp"
#include "waf/endpoints/logout.hpp"
#include "waf/endpoints/metadata.hpp"
#include "waf/endpoints/par.hpp"
#include "waf/endpoints/passkey.hpp"
#include "waf/endpoints/password.hpp"
#include "waf/endpoints/register.hpp"
#include "waf/endpoints/second_factor.hpp"
#include "waf/endpoints/token.hpp"
#include "waf/endpoints/userinfo.hpp"
#include "waf/endpoints/wwsf.hpp"
#include "waf/pages/access_code_page.hpp"
#include "waf/pages/layout.hpp"
#include "waf/pages/passkey_form.hpp"

namespace waf {
namespace {

using common::HttpRequest;

/// An endpoint function of any of the usual shapes as an Endpoint.
template <auto handler>
Answer endpoint(EndpointContext& context, const HttpRequest& request, SystemTime now) {
  if constexpr (requires { handler(context, request, now); }) {
    return handler(context, request, now);
  } else if constexpr (requires { handler(context, request); }) {
    return handler(context, request);
  } else if constexpr (requires { handler(context); }) {
    return handler(context);
  } else {
    return handler();
  }
}

constexpr Endpoint authorize = endpoint<handle_authorize>;
constexpr Endpoint logout = endpoint<handle_logout>;
constexpr Endpoint userinfo = endpoint<handle_userinfo>;
constexpr Endpoint metadata = endpoint<handle_metadata>;

constexpr auto routes = std::to_array<Route>({
    {"/authorize", authorize, authorize, false},
    {"/login", endpoint<show_plain_login>, endpoint<handle_login>, false},
    // With the provider's name behind them.
    {federation_path, endpoint<handle_federation>, nullptr, false},
    {backchannel_logout_path, nullptr, endpoint<handle_backchannel_logout>, false},
    {"/login/code", nullptr, endpoint<handle_second_factor>, false},
    {"/login/passkey", nullptr, endpoint<handle_passkey_login>, false},
    {"/login/passkey/options", nullptr, endpoint<handle_passkey_login_options>, false},
    {"/login/code/passkey", nullptr, endpoint<handle_passkey_factor>, false},
    {"/login/code/passkey/options", nullptr, endpoint<handle_passkey_factor_options>, false},
    {"/account/passkey", nullptr, endpoint<handle_passkey>, false},
    {"/account/passkey/options", nullptr, endpoint<handle_passkey_options>, false},
    {"/account/passkey/remove", nullptr, endpoint<handle_passkey_remove>, false},
    {pages::passkey_script_path, endpoint<serve_passkey_script>, nullptr, false},
    {"/login/password", nullptr, endpoint<handle_forced_password>, false},
    {"/consent", nullptr, endpoint<handle_consent>, false},
    {"/account", endpoint<handle_account>, nullptr, false},
    {"/account/end", nullptr, endpoint<handle_account_end>, false},
    {"/account/password", endpoint<handle_password>, endpoint<handle_password>, false},
    {"/account/totp", endpoint<handle_totp>, endpoint<handle_totp>, false},
    {"/account/totp/off", nullptr, endpoint<handle_totp_off>, false},
    {"/account/totp/codes", nullptr, endpoint<handle_recovery_codes>, false},
    {"/logout", logout, logout, false},
    {"/token", nullptr, endpoint<handle_token>, true},
    {"/revoke", nullptr, endpoint<handle_revoke>, true},
    {"/par", nullptr, endpoint<handle_par>, true},
    {"/device_authorization", nullptr, endpoint<handle_device_authorization>, false},
    {"/device", endpoint<show_device>, endpoint<handle_device>, false},
    {"/authorize-challenge", nullptr, endpoint<handle_challenge>, false},
    {"/access-code", endpoint<show_access_code>, endpoint<handle_access_code>, false},
    {pages::access_code_script_path, endpoint<serve_access_code_script>, nullptr, false},
    {"/events", endpoint<handle_events>, nullptr, false},
    {"/introspect", nullptr, endpoint<handle_introspect>, false},
    {"/register", endpoint<handle_registration_read>, endpoint<handle_register>, false,
     endpoint<handle_registration_update>, endpoint<handle_registration_delete>},
    {"/userinfo", userinfo, userinfo, true},
    {"/jwks", endpoint<handle_jwks>, nullptr, true},
    {"/.well-known/openid-configuration", metadata, nullptr, true},
    {"/.well-known/oauth-authorization-server", metadata, nullptr, true},
    {pages::stylesheet_path, endpoint<serve_stylesheet>, nullptr, false},
    {pages::icon_path, endpoint<serve_icon>, nullptr, false},
    {pages::logo_path, endpoint<serve_logo>, nullptr, false},
});

}  // namespace

const Route* find_route(std::string_view path) {
  const auto* found = std::find_if(routes.begin(), routes.end(), [path](const Route& route) {
    return route.path.ends_with('/') ? path.starts_with(route.path) : route.path == path;
  });
  return found == routes.end() ? nullptr : found;
}

}  // namespace waf
