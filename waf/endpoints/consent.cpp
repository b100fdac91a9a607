// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/consent.hpp"

#include <algorithm>

#include "waf/accounts/login_flow.hpp"
#include "waf/accounts/posted_form.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/errc.hpp"
#include "waf/grants/authorization_code.hpp"
#include "waf/pages/consent_page.hpp"

namespace waf {
namespace {

std::string form_name(const Session& session) { return "consent:" + session.sid; }

bool is_anonymous(const Client& client, const std::string& redirect_uri) {
  return client.authentication == ClientAuthentication::none &&
         !redirect_uri.starts_with("https://");
}

void remember(EndpointContext& context, const User& user, const AuthorizationRequest& request,
              SystemTime now) {
  Consent consent = context.store.find_consent(user.id, request.client_id)
                        .value_or(Consent{user.id, request.client_id, {}, now});
  for (const auto& scope : request.scopes) {
    if (!contains(consent.scopes, scope)) consent.scopes.push_back(scope);
  }
  consent.given_at = now;
  context.store.put_consent(consent);
}

}  // namespace

bool needs_consent(EndpointContext& context, std::string_view user_id,
                   const AuthorizationRequest& request) {
  const auto client = context.store.find_client(request.client_id);
  if (!client || client->first_party) return false;
  if (request.must_consent || is_anonymous(*client, request.redirect_uri)) return true;
  const auto consent = context.store.find_consent(user_id, request.client_id);
  return !consent ||
         !std::all_of(request.scopes.begin(), request.scopes.end(),
                      [&consent](const auto& scope) { return contains(consent->scopes, scope); });
}

HttpResponse show_consent(EndpointContext& context, const LiveSession& live,
                          const Continuation& continuation, const HttpRequest& http,
                          SystemTime now) {
  const AuthorizationRequest& request = *continuation.request;
  const std::string key = browser_key(context, http);
  HttpResponse out =
      html_response(200,
                    pages::consent(context.look_for(http, request.ui_locales),
                                   {.client_name = request.client_name,
                                    .display_name = live.user.display_name,
                                    .scopes = request.scopes,
                                    .csrf = csrf_token(context, form_name(live.session), key),
                                    .sealed = seal_continuation(context, key, continuation, now)}),
                    request.redirect_uri);
  set_browser_key(context, key, out);
  return out;
}

Answer handle_consent(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const auto live = find_live_session(context, http, now);
  if (!live) return stale_form_page(context.look_for(http));
  const auto form = read_browser_form(context, http, form_name(live->session));
  const auto continuation = form ? open_continuation(context, http, form->get("request"), now)
                                 : common::Result<Continuation>(common::fail(form.error()));
  if (!continuation || !continuation->request) {
    context.metrics.refused("consent", "stale_form");
    return stale_form_page(context.look_for(http));
  }
  const AuthorizationRequest& request = *continuation->request;
  const auto client = context.store.find_client(request.client_id);
  if (!client || !client->enabled) return stale_form_page(context.look_for(http));
  if (form->get("decision") != "allow") {
    context.metrics.refused("authorize", "access_denied");
    return redirect_response(error_redirect(request.redirect_uri, request.state,
                                            {Errc::access_denied, {}}, context.settings.issuer));
  }
  std::string code;
  context.store.atomically([&] {
    remember(context, live->user, request, now);
    code = issue_code(context.grants, request, live->session, now);
  });
  return redirect_response(success_redirect(request, code, context.settings.issuer));
}

}  // namespace waf
