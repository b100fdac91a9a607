// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/device_authorization.hpp"

#include <nlohmann/json.hpp>

#include "waf/endpoints/client_request.hpp"
#include "waf/endpoints/dpop.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/grants/device_code.hpp"

namespace waf {
namespace {

HttpResponse answer_of(const EndpointContext& context, const StartedDevice& started) {
  const std::string address = context.settings.issuer + "/device";
  return json_response(200, nlohmann::json{{"device_code", started.device_code},
                                           {"user_code", started.user_code},
                                           {"verification_uri", address},
                                           {"verification_uri_complete",
                                            address + "?user_code=" + started.user_code},
                                           {"expires_in", started.expires_in.count()},
                                           {"interval", started.interval.count()}}
                                .dump());
}

Answer start(EndpointContext& context, const HttpRequest& http, TokenRequest request,
             SystemTime now) {
  if (auto refused = take_dpop_key(context, http, "device_authorization", request, now)) {
    return std::move(*refused);
  }
  common::Result<StartedDevice> started;
  context.store.atomically([&] { started = start_device(context.grants, request, now); });
  HttpResponse out =
      started ? answer_of(context, *started)
              : refuse_client_request(context, http, "device_authorization", started.error());
  add_dpop_nonce(context, http, out, now);
  return out;
}

}  // namespace

Answer handle_device_authorization(EndpointContext& context, const HttpRequest& http,
                                   SystemTime now) {
  if (!context.devices.devices_per_address.allow(rate_key(http.peer.address), now)) {
    context.metrics.limited("device_authorization");
    return too_many_requests(context.devices.devices_per_address.retry_after(), false);
  }
  return with_client(context, http, now, "device_authorization", start);
}

}  // namespace waf
