// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/dpop.hpp"

#include "waf/endpoints/client_request.hpp"
#include "waf/errc.hpp"

namespace waf {

common::Result<std::string> read_dpop_key(EndpointContext& context, const common::HttpRequest& http,
                                          std::string_view access_token, SystemTime now) {
  const std::size_t fields = http.headers.count("DPoP");
  if (fields == 0) return std::string();
  if (fields > 1) return common::fail(Errc::invalid_dpop_proof, "more than one DPoP field");
  const DpopSettings& settings = context.settings.devices.dpop;
  const std::string address = context.settings.issuer + http.path;
  const auto proof = common::jose::verify_dpop_proof(
      http.headers.get("DPoP"), {http.method, address, access_token}, now,
      {.max_age = settings.max_age, .max_ahead = settings.max_ahead});
  if (!proof) return common::fail(Errc::invalid_dpop_proof, proof.error().message());
  if (settings.nonce && !context.dpop_nonces.is_fresh(proof->nonce, now)) {
    return common::fail(Errc::use_dpop_nonce);
  }
  if (!context.dpop_replays.is_first(*proof, now)) {
    return common::fail(Errc::invalid_dpop_proof, "proof used twice");
  }
  return proof->thumbprint;
}

std::optional<common::HttpResponse> take_dpop_key(EndpointContext& context,
                                                  const common::HttpRequest& http,
                                                  std::string_view endpoint, TokenRequest& request,
                                                  SystemTime now) {
  auto key = read_dpop_key(context, http, "", now);
  if (key) {
    request.proof.key_thumbprint = std::move(*key);
    return std::nullopt;
  }
  common::HttpResponse out = refuse_client_request(context, http, endpoint, key.error());
  add_dpop_nonce(context, http, out, now);
  return out;
}

void add_dpop_nonce(const EndpointContext& context, const common::HttpRequest& http,
                    common::HttpResponse& response, SystemTime now) {
  if (!context.settings.devices.dpop.nonce || !http.headers.has("DPoP")) return;
  response.headers.set("DPoP-Nonce", context.dpop_nonces.current(now));
}

}  // namespace waf
