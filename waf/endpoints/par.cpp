// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/par.hpp"

#include <nlohmann/json.hpp>

#include "waf/endpoints/client_request.hpp"
#include "waf/endpoints/dpop.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/grants/par.hpp"

namespace waf {
namespace {

Answer push(EndpointContext& context, const HttpRequest& http, TokenRequest request,
            SystemTime now) {
  if (auto refused = take_dpop_key(context, http, "par", request, now)) return std::move(*refused);
  const auto pushed = push_request(context.grants, request, now);
  HttpResponse out;
  if (pushed) {
    out = json_response(201, nlohmann::json{{"request_uri", pushed->request_uri},
                                            {"expires_in", pushed->expires_in.count()}}
                                 .dump());
  } else {
    out = refuse_client_request(context, http, "par", pushed.error());
  }
  add_dpop_nonce(context, http, out, now);
  return out;
}

}  // namespace

Answer handle_par(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  if (!context.devices.pushed_per_address.allow(rate_key(http.peer.address), now)) {
    context.metrics.limited("par");
    return too_many_requests(context.devices.pushed_per_address.retry_after(), false);
  }
  return with_client(context, http, now, "par", push);
}

}  // namespace waf
