// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/second_factor.hpp"

#include "waf/accounts/login_flow.hpp"
#include "waf/accounts/pending_login.hpp"
#include "waf/accounts/posted_form.hpp"
#include "waf/accounts/second_factor.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/pages/second_factor_page.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

constexpr std::string_view step = "code";

}  // namespace

HttpResponse show_second_factor(EndpointContext& context, const AuthenticatedUser& user,
                                const Continuation& continuation, const HttpRequest& http,
                                const std::string& error, SystemTime now) {
  const std::string key = browser_key(context, http);
  const auto& request = continuation.request;
  HttpResponse out = html_response(
      error.empty() ? 200 : 400,
      pages::second_factor(context.look_for(http, request ? request->ui_locales : ""),
                           {.csrf = csrf_token(context, step, key),
                            .sealed = seal_pending(context, step, key, {user, continuation}, now),
                            .error = error,
                            .has_app = context.store.find_totp(user.user_id).has_value(),
                            .has_passkey = !context.store.passkeys_of_user(user.user_id).empty()}),
      request ? std::string_view(request->redirect_uri) : "");
  set_browser_key(context, key, out);
  return out;
}

Answer handle_second_factor(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const pages::Look look = context.look_for(http);
  if (!context.login_per_address.allow(rate_key(http.peer.address), now)) {
    context.metrics.limited("login");
    return too_many_requests(context.login_per_address.retry_after(), true, look);
  }
  const auto form = read_browser_form(context, http, step);
  auto pending = form ? open_pending(context, step, http, form->get("request"), now)
                      : common::Result<PendingLogin>(common::fail(form.error()));
  if (!pending) {
    context.metrics.refused("login", "stale_form");
    return stale_form_page(look);
  }
  const CodeOutcome code = check_code(context, pending->user.user_id, form->get("code"), now);
  if (code.kind == CodeOutcome::Kind::throttled) {
    HttpResponse out =
        show_second_factor(context, pending->user, pending->continuation, http,
                           look.say("login.wait", {pages::duration(look, code.wait)}), now);
    out.status = 429;
    out.headers.add("Retry-After", std::to_string(code.wait.count()));
    return out;
  }
  if (code.kind == CodeOutcome::Kind::wrong) {
    return show_second_factor(context, pending->user, pending->continuation, http,
                              look.say("second.wrong"), now);
  }
  pending->user.amr = with_code(std::move(pending->user.amr));
  return complete_login(context, pending->user, pending->continuation, http, now);
}

}  // namespace waf
