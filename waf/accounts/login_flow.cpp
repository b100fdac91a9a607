// SPDX-License-Identifier: Apache-2.0
#include "waf/accounts/login_flow.hpp"

#include "waf/accounts/acr.hpp"
#include "waf/accounts/known_browser.hpp"
#include "waf/endpoints/consent.hpp"
#include "waf/endpoints/login.hpp"
#include "waf/endpoints/password.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/endpoints/second_factor.hpp"
#include "waf/errc.hpp"
#include "waf/grants/authorization_code.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

std::vector<std::string> wanted_acrs(const Continuation& continuation) {
  return continuation.request ? continuation.request->acr_values : std::vector<std::string>();
}

void set_cookies(Answer& answer, const std::vector<std::string>& cookies) {
  if (auto* response = std::get_if<HttpResponse>(&answer)) {
    for (const auto& cookie : cookies) response->headers.add("Set-Cookie", cookie);
  }
}

/// Whether more than the first factor is asked of this login.
bool needs_second_factor(EndpointContext& context, const AuthenticatedUser& user,
                         const Continuation& continuation) {
  if (contains(user.amr, "mfa") || !has_second_factor(context, user.user_id)) return false;
  if (!user.factors_elsewhere) return true;
  return !satisfies(acr_of(assurance_of(user.amr)), wanted_acrs(continuation));
}

HttpResponse refuse(EndpointContext& context, const AuthorizationRequest& request,
                    const common::Error& error) {
  context.metrics.refused("authorize", error.code.message());
  return redirect_response(
      error_redirect(request.redirect_uri, request.state, error, context.settings.issuer));
}

}  // namespace

Answer complete_login(EndpointContext& context, const AuthenticatedUser& user,
                      const Continuation& continuation, const HttpRequest& http, SystemTime now) {
  const auto account = context.store.find_user(user.user_id);
  if (!account || !account->enabled) {
    return show_login(context, http, continuation, "", context.look_for(http).say("login.wrong"),
                      now);
  }
  if (needs_second_factor(context, user, continuation)) {
    return show_second_factor(context, user, continuation, http, "", now);
  }
  if (account->must_change_password && !account->password_hash.empty() &&
      contains(user.amr, "pwd")) {
    return show_forced_password(context, user, continuation, http, "", now);
  }
  const StartedSession started = start_session(context, *account, user, http, now);
  Answer out = continue_logged_in(context, {started.session, *account}, continuation, http, now);
  HttpResponse cookies;
  remember_browser(context, http, account->name, cookies, now);
  set_cookies(out, {set_cookie(session_cookie, started.cookie),
                    std::string(cookies.headers.get("Set-Cookie"))});
  return out;
}

LoginGate require_login(EndpointContext& context, const HttpRequest& http,
                        const Continuation& continuation, std::optional<seconds> max_age,
                        SystemTime now) {
  LoginGate out;
  auto live = find_live_session(context, http, now);
  if (live && (!max_age || now - live->session.auth_time <= *max_age)) {
    out.live = std::move(live);
    return out;
  }
  const std::string again = live ? context.look_for(http).say("login.again") : std::string();
  HttpResponse page =
      show_login(context, http, continuation, live ? live->user.name : std::string(), again, now);
  page.status = 200;
  out.answer = std::move(page);
  return out;
}

Answer continue_logged_in(EndpointContext& context, const LiveSession& live,
                          const Continuation& continuation, const HttpRequest& http,
                          SystemTime now) {
  if (!continuation.request) return redirect_response(address_of(continuation));
  const AuthorizationRequest& request = *continuation.request;
  if (!satisfies(live.session.acr, request.acr_values)) {
    const bool can = has_second_factor(context, live.user.id);
    if (!can || request.may_not_ask) {
      return refuse(context, request, {Errc::unmet_authentication_requirements, {}});
    }
    AuthenticatedUser so_far;
    so_far.user_id = live.user.id;
    so_far.amr = live.session.amr;
    so_far.provider = live.session.provider;
    so_far.upstream_sid = live.session.upstream_sid;
    so_far.upstream_subject = live.session.upstream_subject;
    so_far.factors_elsewhere = !live.session.provider.empty();
    so_far.auth_time = live.session.auth_time;
    return show_second_factor(context, so_far, continuation, http, "", now);
  }
  if (needs_consent(context, live.user.id, request)) {
    if (request.may_not_ask) return refuse(context, request, {Errc::consent_required, {}});
    return show_consent(context, live, continuation, http, now);
  }
  const std::string code = issue_code(context.grants, request, live.session, now);
  return redirect_response(success_redirect(request, code, context.settings.issuer));
}

}  // namespace waf
