// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// RFC 8414 and OpenID Connect Discovery: one document for both addresses, so that they agree.
/// Every address in it is built from the configured issuer, never from the request.
[[nodiscard]] common::HttpResponse handle_metadata(const EndpointContext& context);
/// GET /jwks (RFC 7517): public keys, those to come and those still in use by tokens included.
[[nodiscard]] common::HttpResponse handle_jwks(const EndpointContext& context,
                                               const common::HttpRequest& http);

/// How long clients may keep the JWKS; a new key is published for twice as long before it signs.
inline constexpr seconds jwks_max_age{300};

}  // namespace waf
