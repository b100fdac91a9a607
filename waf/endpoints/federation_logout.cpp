// SPDX-License-Identifier: Apache-2.0
#include "common/log.hpp"
#include "waf/endpoints/federation.hpp"
#include "waf/endpoints/logout.hpp"
#include "waf/endpoints/provider_fetch.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/federation/upstream_request.hpp"
#include "waf/grants/parameters.hpp"
#include "waf/pages/federation_pages.hpp"

namespace waf {
namespace {

using federation::Provider;

constexpr std::string_view purpose = "federation-logout";
constexpr seconds return_lifetime{600};

/// The provider may ask its user before it ends his session: nobody waits for the return.
HttpResponse leave(EndpointContext& context, const Provider& provider, const std::string& target,
                   const HttpRequest& http, SystemTime now) {
  const std::string& endpoint = context.federation.cache(provider).metadata()->end_session_endpoint;
  const pages::Look look = context.look_for(http);
  if (endpoint.empty()) return signed_out(look, target);
  const std::string url = federation::end_session_url(
      provider, endpoint, context.settings.issuer,
      context.sealer.seal(purpose, provider.name, target, now + return_lifetime));
  // Browsers hold form-action against redirects too: the answer to a form goes on by a page.
  HttpResponse out =
      http.method == "POST"
          ? html_response(
                200, pages::leaving(look, look.say("logout.leaving.title", {provider.label}), url))
          : redirect_response(url);
  out.headers.add("Set-Cookie", clear_cookie(session_cookie));
  return out;
}

}  // namespace

Answer log_out_upstream(EndpointContext& context, const std::string& provider_name,
                        const std::string& target, const HttpRequest& http, SystemTime now) {
  const Provider* provider = context.federation.find(provider_name);
  if (provider == nullptr || !provider->end_session) {
    return signed_out(context.look_for(http), target);
  }
  HttpRequest kept = http;
  kept.body.clear();
  return with_metadata(context, *provider, now,
                       [&context, provider, target, kept = std::move(kept)](
                           const common::Result<void>& fetched, SystemTime later) -> Answer {
                         if (fetched) return leave(context, *provider, target, kept, later);
                         common::log::warn("provider {}: logout not passed on: {}", provider->name,
                                           fetched.error().message());
                         return signed_out(context.look_for(kept), target);
                       });
}

HttpResponse come_back_signed_out(EndpointContext& context, const Provider& provider,
                                  const HttpRequest& http, SystemTime now) {
  const auto fields = common::parse_form(http.query);
  const Parameters query(fields ? *fields : common::FormFields());
  // Who comes without our state is shown our own page; nothing else names where to go.
  const auto target = context.sealer.open(purpose, provider.name, query.get("state"), now);
  return signed_out(context.look_for(http), target ? *target : std::string());
}

}  // namespace waf
