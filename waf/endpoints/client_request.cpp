// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/client_request.hpp"

#include "common/log.hpp"
#include "waf/clients/certificate.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/errc.hpp"

namespace waf {
namespace {

using common::fail;
using common::HttpRequest;
using common::HttpResponse;
using common::Result;

/// Everything of one request on its way through authentication.
struct ClientRequest {
  EndpointContext& context;
  const HttpRequest& http;
  std::string_view endpoint;
  ClientHandler handler;
};

Result<Parameters> read_form(const HttpRequest& http) {
  if (!is_form(http)) {
    return fail(Errc::invalid_request, "expected a body of type application/x-www-form-urlencoded");
  }
  const auto fields = common::parse_form(http.body);
  if (!fields) return fail(Errc::invalid_request, "malformed form");
  Parameters out(*fields);
  if (out.has_repeated()) return fail(Errc::invalid_request, "a parameter is repeated");
  return out;
}

HttpResponse limited(const ClientRequest& request, const RateLimiter& limiter) {
  request.context.metrics.limited(std::string(request.endpoint));
  return too_many_requests(limiter.retry_after(), false);
}

/// A refusal counts against the address: who has no good credentials is a stranger.
HttpResponse refuse(const ClientRequest& request, const common::Error& error, SystemTime now) {
  if (error == Errc::invalid_client) {
    (void)request.context.token_per_address.allow(rate_key(request.http.peer.address), now);
  }
  return refuse_client_request(request.context, request.http, request.endpoint, error);
}

/// Limits of the client itself: its secret says who it is, so its address does not matter.
Answer admit(const ClientRequest& request, Parameters parameters,
             std::shared_ptr<const KnownClient> known, SystemTime now) {
  EndpointContext& context = request.context;
  const Client& client = known->client;
  if (client.is_public() &&
      !context.token_per_address.allow(rate_key(request.http.peer.address), now)) {
    return limited(request, context.token_per_address);
  }
  RateLimiter& own = client.is_public() ? context.token_per_client : context.token_per_machine;
  if (!own.allow(client.id, now)) return limited(request, own);
  SenderProof proof;
  if (request.http.client_certificate) {
    proof.certificate_thumbprint = certificate_thumbprint(*request.http.client_certificate);
  }
  TokenRequest out(std::move(parameters), std::shared_ptr<const Client>(known, &client),
                   std::move(proof), request.http.peer);
  return request.handler(context, request.http, std::move(out), now);
}

Result<common::jose::KeySet> keys_of(const FetchResult& fetched) {
  if (!fetched) return fail(Errc::invalid_client, "jwks_uri: " + fetched.error().message());
  if (fetched->status != 200) {
    return fail(Errc::invalid_client, "jwks_uri: status " + std::to_string(fetched->status));
  }
  auto keys = parse_client_keys(fetched->body);
  if (!keys) return fail(Errc::invalid_client, "jwks_uri: " + keys.error().message());
  return keys;
}

Answer authenticate(const ClientRequest& request, Parameters parameters, SystemTime now,
                    bool may_fetch);

/// Has the client's keys fetched and begins again with them.
Answer fetch_keys(const ClientRequest& request, Parameters parameters, const Client& client,
                  SystemTime now) {
  EndpointContext& context = request.context;
  FetchedKeys& fetched = context.authenticator.fetched_keys();
  if (fetched.is_under_way(client.id, now)) {
    HttpResponse out = json_response(503, R"({"error":"temporarily_unavailable"})");
    out.headers.add("Retry-After", "1");
    return out;
  }
  if (!fetched.begin(client.id, now)) {
    return refuse(request, {Errc::invalid_client, "keys were fetched a moment ago"}, now);
  }
  Fetch fetch;
  fetch.url = client.jwks_uri;
  fetch.headers.add("Accept", "application/jwk-set+json, application/json");
  return answer_after(
      std::move(fetch),
      [&context, http = request.http, endpoint = std::string(request.endpoint),
       handler = request.handler, id = client.id,
       parameters = std::move(parameters)](WorkResult result, SystemTime later) -> Answer {
        const ClientRequest again{context, http, endpoint, handler};
        auto keys = keys_of(std::get<FetchResult>(result));
        if (!keys) {
          context.authenticator.fetched_keys().abandon(id);
          return refuse(again, keys.error(), later);
        }
        context.authenticator.fetched_keys().put(id, std::move(*keys), later);
        return authenticate(again, parameters, later, false);
      });
}

Answer authenticate(const ClientRequest& request, Parameters parameters, SystemTime now,
                    bool may_fetch) {
  const auto presented = read_presented_client(request.http, parameters);
  if (!presented) return refuse(request, presented.error(), now);
  auto outcome = request.context.authenticator.authenticate(*presented, request.http, now);
  if (!outcome) return refuse(request, outcome.error(), now);
  if (!outcome->keys_wanted) {
    return admit(request, std::move(parameters), std::move(outcome->client), now);
  }
  if (may_fetch) return fetch_keys(request, std::move(parameters), outcome->client->client, now);
  return refuse(request, {Errc::invalid_client, "unknown key"}, now);
}

}  // namespace

HttpResponse refuse_client_request(EndpointContext& context, const HttpRequest& http,
                                   std::string_view endpoint, const common::Error& error) {
  context.metrics.refused(std::string(endpoint), error.code.message());
  common::log::info("{} refused from {}: {}", endpoint, http.peer.address.to_string(),
                    error.message());
  HttpResponse out = oauth_error(error);
  if (error == Errc::invalid_client && http.headers.has("Authorization")) {
    out.headers.add("WWW-Authenticate", "Basic realm=\"" + context.settings.issuer + "\"");
  }
  return out;
}

Answer with_client(EndpointContext& context, const HttpRequest& http, SystemTime now,
                   std::string_view endpoint, ClientHandler handler) {
  const ClientRequest request{context, http, endpoint, handler};
  if (!context.token_per_address.would_allow(rate_key(http.peer.address), now)) {
    return limited(request, context.token_per_address);
  }
  auto parameters = read_form(http);
  if (!parameters) return refuse(request, parameters.error(), now);
  return authenticate(request, std::move(*parameters), now, true);
}

}  // namespace waf
