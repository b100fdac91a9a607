// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/authorize.hpp"

#include "waf/accounts/login_flow.hpp"
#include "waf/endpoints/login.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/endpoints/sessions.hpp"
#include "waf/endpoints/token_hint.hpp"
#include "waf/errc.hpp"
#include "waf/grants/par.hpp"
#include "waf/pages/pages.hpp"

namespace waf {
namespace {

/// An error that must not be redirected: where to is exactly what is in doubt.
HttpResponse error_page(const pages::Look& look, const common::Error& error) {
  std::string text = look.say("authorize.invalid");
  if (error == Errc::unknown_client) text = look.say("authorize.unknown_client");
  if (error == Errc::unregistered_redirect_uri) text = look.say("authorize.unregistered");
  return html_response(400, pages::problem(look, look.say("authorize.refused.title"), text));
}

bool must_log_in(const AuthorizationRequest& request, const LiveSession& live,
                 const std::optional<std::string>& hinted_user, SystemTime now) {
  if (request.must_log_in) return true;
  if (hinted_user && *hinted_user != live.user.id) return true;
  return request.max_age && now - live.session.auth_time > *request.max_age;
}

bool must_push(EndpointContext& context, const std::string& client_id) {
  const auto client = context.store.find_client(client_id);
  return client && must_push(context.settings, *client);
}

}  // namespace

Answer handle_authorize(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const pages::Look look = context.look_for(http);
  if (!context.authorize_per_address.allow(rate_key(http.peer.address), now)) {
    context.metrics.limited("authorize");
    return too_many_requests(context.authorize_per_address.retry_after(), true, look);
  }
  const bool posted = http.method == "POST";
  const auto fields = common::parse_form(posted ? http.body : http.query);
  if (!fields || (posted && !is_form(http))) return error_page(look, {Errc::invalid_request, {}});
  const Parameters sent(*fields);
  const auto parameters = resolve_pushed_request(context.grants, sent, now);
  if (!parameters) return error_page(look, parameters.error());
  const auto request = check_authorization_request(*parameters, context.store, context.settings);
  if (!request) {
    const AuthorizationRefusal& refusal = request.error();
    context.metrics.refused("authorize", refusal.error.code.message());
    if (!refusal.redirect_uri) return error_page(look, refusal.error);
    return redirect_response(error_redirect(*refusal.redirect_uri, refusal.state, refusal.error,
                                            context.settings.issuer));
  }
  if (!sent.has("request_uri") && must_push(context, request->client_id)) {
    return redirect_response(
        error_redirect(request->redirect_uri, request->state,
                       {Errc::invalid_request, "requests of this client must be pushed"},
                       context.settings.issuer));
  }
  Continuation continuation;
  continuation.request = *request;
  const auto hinted = hinted_user(context, request->id_token_hint);
  const auto live = find_live_session(context, http, now);
  if (live && !must_log_in(*request, *live, hinted, now)) {
    return continue_logged_in(context, *live, continuation, http, now);
  }
  if (request->may_not_ask) {
    context.metrics.refused("authorize", "login_required");
    return redirect_response(error_redirect(request->redirect_uri, request->state,
                                            {Errc::login_required, {}}, context.settings.issuer));
  }
  return show_login(context, http, continuation, request->login_hint, "", now);
}

}  // namespace waf
