// SPDX-License-Identifier: Apache-2.0
#include "common/log.hpp"
#include "waf/accounts/login_flow.hpp"
#include "waf/accounts/passkeys.hpp"
#include "waf/accounts/pending_login.hpp"
#include "waf/accounts/posted_form.hpp"
#include "waf/endpoints/login.hpp"
#include "waf/endpoints/passkey.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/endpoints/second_factor.hpp"
#include "waf/errc.hpp"
#include "waf/pages/passkey_form.hpp"

namespace waf {
namespace {

constexpr std::string_view login_form = "login";
constexpr std::string_view factor_form = "code";
constexpr std::string_view ceremony = "passkey-get";

std::optional<Answer> limited(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  if (context.login_per_address.allow(rate_key(http.peer.address), now)) return std::nullopt;
  context.metrics.limited("login");
  return too_many_requests(context.login_per_address.retry_after(), true, context.look_for(http));
}

HttpResponse stale_json() { return json_response(403, R"({"error":"stale_form"})"); }

/// Whatever was wrong is in the log; the page says one thing.
void note_refusal(EndpointContext& context, const HttpRequest& http, const common::Error& error) {
  context.metrics.login("refused");
  common::log::info("passkey refused from {}: {}", http.peer.address.to_string(), error.message());
}

/// A passkey that knows its user is two factors that cannot be phished.
std::vector<std::string> methods_of(const PasskeyUse& use) {
  if (use.user_verified) return {"pop", "user", "mfa"};
  return {"pop", "user"};
}

}  // namespace

Answer handle_passkey_login_options(EndpointContext& context, const HttpRequest& http,
                                    SystemTime now) {
  if (!read_browser_form(context, http, login_form)) return stale_json();
  const std::string key = browser_key(context, http);
  return json_response(200,
                       request_options(context, "", make_challenge(context, ceremony, key, now)));
}

// No account is slowed down here: a signature cannot be guessed, and whoever has a passkey gets in
// while others guess the password.
Answer handle_passkey_login(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  if (auto answer = limited(context, http, now)) return std::move(*answer);
  const pages::Look look = context.look_for(http);
  const auto form = read_browser_form(context, http, login_form);
  const auto continuation = form ? open_continuation(context, http, form->get("request"), now)
                                 : common::Result<Continuation>(common::fail(form.error()));
  if (!continuation) return stale_form_page(look);
  const auto use = use_passkey(context, browser_key(context, http), form->get("credential"), now);
  if (!use || !use->user_verified) {
    note_refusal(context, http,
                 use ? common::Error{Errc::access_denied, "user not verified"} : use.error());
    return show_login(context, http, *continuation, "", look.say("passkey.failed"), now);
  }
  context.metrics.login("passkey");
  AuthenticatedUser user;
  user.user_id = use->user_id;
  user.amr = methods_of(*use);
  return complete_login(context, user, *continuation, http, now);
}

Answer handle_passkey_factor_options(EndpointContext& context, const HttpRequest& http,
                                     SystemTime now) {
  const auto form = read_browser_form(context, http, factor_form);
  const auto pending = form ? open_pending(context, factor_form, http, form->get("request"), now)
                            : common::Result<PendingLogin>(common::fail(form.error()));
  if (!pending) return stale_json();
  const std::string key = browser_key(context, http);
  return json_response(200, request_options(context, pending->user.user_id,
                                            make_challenge(context, ceremony, key, now)));
}

Answer handle_passkey_factor(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  if (auto answer = limited(context, http, now)) return std::move(*answer);
  const pages::Look look = context.look_for(http);
  const auto form = read_browser_form(context, http, factor_form);
  auto pending = form ? open_pending(context, factor_form, http, form->get("request"), now)
                      : common::Result<PendingLogin>(common::fail(form.error()));
  if (!pending) return stale_form_page(look);
  const auto use = use_passkey(context, browser_key(context, http), form->get("credential"), now);
  if (!use || use->user_id != pending->user.user_id) {
    note_refusal(context, http,
                 use ? common::Error{Errc::access_denied, "another user's passkey"} : use.error());
    return show_second_factor(context, pending->user, pending->continuation, http,
                              look.say("passkey.failed"), now);
  }
  context.metrics.login("second_factor");
  pending->user.amr.insert(pending->user.amr.end(), {"pop", "user", "mfa"});
  return complete_login(context, pending->user, pending->continuation, http, now);
}

HttpResponse serve_passkey_script() {
  HttpResponse out;
  out.headers.add("Content-Type", "text/javascript; charset=utf-8");
  out.headers.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  out.headers.add("Cache-Control", "public, max-age=300");
  out.body = pages::passkey_script();
  return out;
}

}  // namespace waf
