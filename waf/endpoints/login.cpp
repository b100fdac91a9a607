// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/login.hpp"

#include "waf/accounts/login_flow.hpp"
#include "waf/accounts/posted_form.hpp"
#include "waf/accounts/primary.hpp"
#include "waf/endpoints/federation.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/errc.hpp"
#include "waf/pages/login_page.hpp"

namespace waf {
namespace {

constexpr std::string_view form_name = "login";
constexpr std::size_t max_user_name = 128;

/// Where the form's answer may redirect to.
std::string_view target_of(const Continuation& continuation) {
  return continuation.request ? std::string_view(continuation.request->redirect_uri)
                              : std::string_view();
}

pages::Look look_of(const EndpointContext& context, const HttpRequest& http,
                    const Continuation& continuation) {
  return context.look_for(http, continuation.request ? continuation.request->ui_locales : "");
}

/// The form again with what is wrong, so that the request it carries is not lost.
HttpResponse show_again(EndpointContext& context, const HttpRequest& http,
                        const Continuation& continuation, const std::string& user_name,
                        const PrimaryOutcome& outcome, SystemTime now) {
  const pages::Look look = look_of(context, http, continuation);
  using Kind = PrimaryOutcome::Kind;
  if (outcome.kind == Kind::wrong) {
    return show_login(context, http, continuation, user_name, look.say("login.wrong"), now);
  }
  const bool directory = outcome.kind == Kind::unavailable;
  HttpResponse out =
      show_login(context, http, continuation, user_name,
                 directory ? look.say("login.unavailable")
                           : look.say("login.wait", {pages::duration(look, outcome.wait)}),
                 now);
  out.status = directory ? 503 : 429;
  out.headers.add("Retry-After", std::to_string(outcome.wait.count()));
  return out;
}

}  // namespace

HttpResponse show_login(EndpointContext& context, const HttpRequest& http,
                        const Continuation& continuation, const std::string& user_name,
                        const std::string& error, SystemTime now) {
  const std::string key = browser_key(context, http);
  pages::LoginForm form;
  form.user_name = user_name;
  form.error = error;
  form.csrf = csrf_token(context, form_name, key);
  form.sealed = seal_continuation(context, key, continuation, now);
  form.providers = provider_links(context, form.sealed);
  form.password_optional = !form.providers.empty();
  if (continuation.request) form.client_name = continuation.request->client_name;
  HttpResponse out = html_response(error.empty() ? 200 : 400,
                                   pages::login(look_of(context, http, continuation), form),
                                   target_of(continuation));
  set_browser_key(context, key, out);
  return out;
}

HttpResponse show_plain_login(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const auto fields = common::parse_form(http.query);
  const Parameters query(fields ? *fields : common::FormFields());
  const auto continuation = open_continuation(context, http, query.get("request"), now);
  return show_login(context, http, continuation.value_or(Continuation()), "", "", now);
}

Answer handle_login(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  if (!context.login_per_address.allow(rate_key(http.peer.address), now)) {
    context.metrics.limited("login");
    return too_many_requests(context.login_per_address.retry_after(), true, context.look_for(http));
  }
  const auto form = read_browser_form(context, http, form_name);
  const auto continuation = form ? open_continuation(context, http, form->get("request"), now)
                                 : common::Result<Continuation>(common::fail(form.error()));
  if (!continuation) {
    context.metrics.refused("login", "stale_form");
    return stale_form_page(context.look_for(http));
  }
  std::string name = form->get("username");
  if (name.size() > max_user_name) name.clear();
  const std::string address = normalised_user_name(name);
  if (const auto* provider = context.federation.find_by_address(address)) {
    // His password is not for us: it is not even looked at.
    return depart(context, *provider, *continuation, address, Departure::page, http, now);
  }
  PrimaryAttempt attempt{name, form->get("password"), http};
  attempt.http.body.clear();
  HttpRequest kept = attempt.http;
  return check_primary(context, std::move(attempt), now,
                       [&context, name, kept = std::move(kept), continuation = *continuation](
                           const PrimaryOutcome& outcome, SystemTime later) -> Answer {
                         if (outcome.kind != PrimaryOutcome::Kind::accepted) {
                           return show_again(context, kept, continuation,
                                             normalised_user_name(name), outcome, later);
                         }
                         return complete_login(context, outcome.user, continuation, kept, later);
                       });
}

}  // namespace waf
