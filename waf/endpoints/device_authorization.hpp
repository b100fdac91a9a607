// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// POST /device_authorization (RFC 8628 section 3.1): a device without a browser asks for the codes
/// that it shows its user. The user's side is device.hpp.
[[nodiscard]] Answer handle_device_authorization(EndpointContext& context,
                                                 const common::HttpRequest& http, SystemTime now);

}  // namespace waf
