// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/logout.hpp"

#include "common/encoding.hpp"
#include "waf/endpoints/federation.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/endpoints/sessions.hpp"
#include "waf/endpoints/token_hint.hpp"
#include "waf/errc.hpp"
#include "waf/grants/parameters.hpp"
#include "waf/grants/redirect_uri.hpp"
#include "waf/pages/login_page.hpp"
#include "waf/pages/pages.hpp"

namespace waf {
namespace {

constexpr std::string_view form_name = "logout";

/// Where to go afterwards: empty for our own page. Fails for an address that is not registered
/// (RP-Initiated Logout section 3), or any link could use us to send users elsewhere.
common::Result<std::string> target_of(EndpointContext& context, const Parameters& parameters,
                                      const std::optional<TokenHint>& hint) {
  if (!parameters.has("post_logout_redirect_uri")) return std::string();
  std::string client_id = parameters.get("client_id");
  if (hint && client_id.empty()) client_id = hint->client_id;
  if (hint && hint->client_id != client_id) return common::fail(Errc::unknown_client);
  const auto client = context.store.find_client(client_id);
  if (!client || !client->enabled) return common::fail(Errc::unknown_client);
  const std::string& uri = parameters.get("post_logout_redirect_uri");
  if (!is_registered_redirect(uri, client->post_logout_redirect_uris)) {
    return common::fail(Errc::unregistered_redirect_uri);
  }
  if (!parameters.has("state")) return uri;
  return with_parameters(uri, {{"state", parameters.get("state")}});
}

HttpResponse refused_page(const pages::Look& look) {
  return html_response(
      400, pages::problem(look, look.say("logout.refused.title"), look.say("logout.refused.text")));
}

HttpResponse ask(EndpointContext& context, const HttpRequest& http, const LiveSession& live,
                 const std::string& target, SystemTime now) {
  const std::string cookie =
      common::find_cookie(http.headers.get("Cookie"), session_cookie).value_or("");
  pages::LogoutForm form;
  form.display_name = live.user.display_name;
  form.csrf = csrf_token(context, form_name, cookie);
  form.sealed =
      context.sealer.seal(form_name, cookie, target, now + context.settings.login_form_lifetime);
  return html_response(200, pages::logout(context.look_for(http), form), target);
}

/// Ends the session, then goes on to the provider that vouched for it when that is wanted.
Answer end(EndpointContext& context, const HttpRequest& http, const LiveSession& live,
           const std::string& target, SystemTime now) {
  end_session(context, live.session, now);
  return log_out_upstream(context, live.session.provider, target, http, now);
}

/// The confirmation page was sent.
Answer confirmed(EndpointContext& context, const HttpRequest& http, const Parameters& form,
                 const LiveSession& live, SystemTime now) {
  const std::string cookie =
      common::find_cookie(http.headers.get("Cookie"), session_cookie).value_or("");
  const auto target = context.sealer.open(form_name, cookie, form.get("request"), now);
  if (!is_same_site_post(http, context.settings) || !target ||
      !common::equal_secrets(form.get("csrf"), csrf_token(context, form_name, cookie))) {
    context.metrics.refused("logout", "stale_form");
    return stale_form_page(context.look_for(http));
  }
  return end(context, http, live, *target, now);
}

}  // namespace

HttpResponse signed_out(const pages::Look& look, const std::string& target) {
  HttpResponse out = target.empty()
                         ? html_response(200, pages::message(look, look.say("logout.done.title"),
                                                             look.say("logout.done.text")))
                         : redirect_response(target);
  out.headers.add("Set-Cookie", clear_cookie(session_cookie));
  return out;
}

Answer handle_logout(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const pages::Look look = context.look_for(http);
  const bool posted = http.method == "POST";
  const auto fields = common::parse_form(posted ? http.body : http.query);
  if (!fields || (posted && !is_form(http))) return refused_page(look);
  const Parameters parameters(*fields);
  if (parameters.has_repeated()) return refused_page(look);
  const auto live = find_live_session(context, http, now);
  if (posted && parameters.has("csrf")) {
    if (!live) return signed_out(look, "");
    return confirmed(context, http, parameters, *live, now);
  }
  const auto hint = read_token_hint(context, parameters.get("id_token_hint"));
  const auto target = target_of(context, parameters, hint);
  if (!target) {
    context.metrics.refused("logout", target.error().code.message());
    return refused_page(look);
  }
  if (!live) {
    // The browser's session has ended by itself; tokens that came from it may still live.
    if (hint) revoke_session(context.grants, hint->sid, now);
    return signed_out(look, *target);
  }
  if (hint && hint->sid == live->session.sid) {
    return end(context, http, *live, *target, now);
  }
  return ask(context, http, *live, *target, now);
}

}  // namespace waf
