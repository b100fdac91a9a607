// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/backchannel_logout.hpp"

#include "common/log.hpp"
#include "waf/endpoints/provider_fetch.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/endpoints/sessions.hpp"
#include "waf/federation/errc.hpp"
#include "waf/federation/logout_token.hpp"
#include "waf/grants/parameters.hpp"
#include "waf/grants/token_set.hpp"

namespace waf {
namespace {

using federation::Errc;
using federation::LogoutToken;
using federation::Provider;

/// 2.8: 400 with an error for every refusal.
common::HttpResponse refused(EndpointContext& context, const std::string& name,
                             const common::Error& error) {
  common::log::warn("provider {}: logout refused: {}", name, error.message());
  context.metrics.refused("backchannel_logout", error.code.message());
  const bool away = error == Errc::provider_unavailable;
  return json_response(away ? 503 : 400, R"({"error":"invalid_request"})");
}

/// All sessions that the provider means. When ours are gone already, what they have given may still
/// live: then it is the user's tokens that end.
void end_sessions(EndpointContext& context, const Provider& provider, const LogoutToken& token,
                  SystemTime now) {
  context.store.atomically([&] {
    const auto sessions =
        context.store.sessions_of_provider(provider.name, token.sid, token.subject);
    for (const Session& session : sessions) {
      end_session(context, session, now);
    }
    common::log::info("provider {}: logout ends {} sessions", provider.name, sessions.size());
    if (!sessions.empty() || token.subject.empty()) return;
    const auto link = context.store.find_identity(provider.issuer, token.subject);
    if (link) revoke_user(context.settings, context.store, link->user_id, now);
  });
}

Answer accept(EndpointContext& context, const Provider& provider, const LogoutToken& token,
              SystemTime now) {
  const std::string kind = "logout:" + provider.name;
  if (!context.store.note_once(kind, token.id, token.expires_at + seconds(120))) {
    return refused(context, provider.name, {Errc::replayed, {}});
  }
  end_sessions(context, provider, token, now);
  context.metrics.login("upstream_logout");
  common::HttpResponse out;
  out.headers.add("Cache-Control", "no-store");
  return out;
}

Answer check(EndpointContext& context, const Provider& provider, const std::string& text,
             bool again, SystemTime now) {
  return with_keys(
      context, provider, again, now,
      [&context, &provider, text, again](const common::Result<void>& fetched,
                                         SystemTime later) -> Answer {
        if (!fetched) return refused(context, provider.name, fetched.error());
        auto& cache = context.federation.cache(provider);
        const auto token = federation::check_logout_token(text, provider, *cache.keys(), later);
        if (token) return accept(context, provider, *token, later);
        if (token.error() == Errc::unknown_key && !again && cache.take_unknown_key_fetch(later)) {
          return check(context, provider, text, true, later);
        }
        return refused(context, provider.name, token.error());
      });
}

}  // namespace

Answer handle_backchannel_logout(EndpointContext& context, const common::HttpRequest& http,
                                 SystemTime now) {
  if (!context.authorize_per_address.allow(rate_key(http.peer.address), now)) {
    context.metrics.limited("backchannel_logout");
    return too_many_requests(context.authorize_per_address.retry_after(), false);
  }
  const std::string name = http.path.substr(backchannel_logout_path.size());
  const Provider* provider = context.federation.find(name);
  if (provider == nullptr) return refused(context, "(unknown)", {Errc::unknown_provider, {}});
  const auto fields = common::parse_form(http.body);
  if (!fields || !is_form(http)) return refused(context, name, {Errc::malformed_token, "no form"});
  const Parameters form(*fields);
  if (form.has_repeated() || !form.has("logout_token")) {
    return refused(context, name, {Errc::malformed_token, "no logout_token"});
  }
  return with_metadata(context, *provider, now,
                       [&context, provider, text = form.get("logout_token")](
                           const common::Result<void>& fetched, SystemTime later) -> Answer {
                         if (!fetched) return refused(context, provider->name, fetched.error());
                         return check(context, *provider, text, false, later);
                       });
}

}  // namespace waf
