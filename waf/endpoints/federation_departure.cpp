// SPDX-License-Identifier: Apache-2.0
#include "common/log.hpp"
#include "waf/endpoints/federation.hpp"
#include "waf/endpoints/login.hpp"
#include "waf/endpoints/provider_fetch.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/endpoints/sessions.hpp"
#include "waf/federation/errc.hpp"
#include "waf/federation/upstream_request.hpp"
#include "waf/grants/parameters.hpp"
#include "waf/pages/federation_pages.hpp"
#include "waf/pages/pages.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

using federation::Errc;
using federation::Provider;
using federation::UpstreamLogin;

/// Whether the user must prove himself again at the provider: the client wants that, or he has a
/// session already and was asked to log in all the same.
bool wants_fresh_login(EndpointContext& context, const Continuation& continuation,
                       const common::HttpRequest& http, SystemTime now) {
  if (continuation.request && continuation.request->must_log_in) return true;
  return find_live_session(context, http, now).has_value();
}

struct Leaving {
  const Provider& provider;
  Continuation continuation;
  std::string login_hint;
  Departure how;
  common::HttpRequest http;
};

Answer leave(EndpointContext& context, const Leaving& leaving, SystemTime now) {
  const Provider& provider = leaving.provider;
  if (context.store.upstream_logins() >= context.settings.federation.max_pending_logins) {
    context.metrics.limited("federation");
    return too_many_requests(seconds(60), true);
  }
  UpstreamLogin login;
  login.state = context.random.base64url(secret_octets);
  login.nonce = context.random.base64url(secret_octets);
  login.verifier = context.random.base64url(secret_octets);
  login.login_hint = leaving.login_hint;
  login.must_log_in = wants_fresh_login(context, leaving.continuation, leaving.http, now);
  if (leaving.continuation.request) login.max_age = leaving.continuation.request->max_age;
  const std::string key = browser_key(context, leaving.http);
  UpstreamLoginRecord record;
  record.state_digest = digest_of(login.state);
  record.provider = provider.name;
  record.browser_digest = digest_of(key);
  record.nonce = login.nonce;
  record.verifier = login.verifier;
  record.continuation = to_json(leaving.continuation);
  record.max_age = login.max_age ? login.max_age->count() : -1;
  record.must_log_in = login.must_log_in;
  record.started_at = now;
  record.expires_at = now + context.settings.federation.login_lifetime;
  context.store.put_upstream_login(record);
  const std::string url = federation::authorization_url(
      provider, *context.federation.cache(provider).metadata(), login, context.settings.issuer);
  const pages::Look look = context.look_for(leaving.http);
  common::HttpResponse out =
      leaving.how == Departure::redirect
          ? redirect_response(url)
          : html_response(
                200,
                pages::leaving(look, look.say("federation.leaving.title", {provider.label}), url));
  set_browser_key(context, key, out);
  return out;
}

/// "corp" and "/callback" of "/federation/corp/callback".
std::pair<std::string_view, std::string_view> parts_of(std::string_view path) {
  path.remove_prefix(federation_path.size());
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return {path, {}};
  return {path.substr(0, slash), path.substr(slash)};
}

}  // namespace

std::vector<pages::ProviderLink> provider_links(const EndpointContext& context,
                                                const std::string& sealed) {
  std::vector<pages::ProviderLink> out;
  for (const auto& provider : context.settings.federation.providers) {
    if (!provider.button) continue;
    std::string address = std::string(federation_path) + provider.name;
    if (!sealed.empty()) address += "?request=" + common::percent_encode(sealed);
    out.push_back({provider.label, std::move(address)});
  }
  return out;
}

Answer depart(EndpointContext& context, const Provider& provider, const Continuation& continuation,
              const std::string& login_hint, Departure how, const common::HttpRequest& http,
              SystemTime now) {
  Leaving leaving{provider, continuation, login_hint, how, http};
  leaving.http.body.clear();
  return with_metadata(context, provider, now,
                       [&context, leaving = std::move(leaving)](const common::Result<void>& fetched,
                                                                SystemTime later) -> Answer {
                         if (fetched) return leave(context, leaving, later);
                         return failed_login(context, leaving.provider, fetched.error(),
                                             leaving.continuation, leaving.http, later);
                       });
}

Answer handle_federation(EndpointContext& context, const common::HttpRequest& http,
                         SystemTime now) {
  if (!context.authorize_per_address.allow(rate_key(http.peer.address), now)) {
    context.metrics.limited("federation");
    return too_many_requests(context.authorize_per_address.retry_after(), true);
  }
  const auto [name, rest] = parts_of(http.path);
  const Provider* provider = context.federation.find(name);
  if (provider == nullptr || (!rest.empty() && rest != "/callback" && rest != "/signed-out")) {
    const pages::Look look = context.look_for(http);
    return html_response(404, pages::problem(look, look.say("common.missing.title"),
                                             look.say("federation.unknown")));
  }
  if (rest == "/callback") return arrive(context, *provider, http, now);
  if (rest == "/signed-out") return come_back_signed_out(context, *provider, http, now);
  const auto fields = common::parse_form(http.query);
  const Parameters query(fields ? *fields : common::FormFields());
  Continuation continuation;
  if (query.has("request")) {
    auto opened = open_continuation(context, http, query.get("request"), now);
    if (!opened) {
      return failed_login(context, *provider, {Errc::unknown_login, "stale link"}, {}, http, now);
    }
    continuation = std::move(*opened);
  }
  const std::string hint = continuation.request ? continuation.request->login_hint : "";
  return depart(context, *provider, continuation, hint, Departure::redirect, http, now);
}

}  // namespace waf
