// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/http.hpp"
#include "common/result.hpp"
#include "waf/endpoints/context.hpp"
#include "waf/grants/token_request.hpp"

namespace waf {

/// The key (thumbprint) that the request's DPoP proof proves; empty when it carries no proof.
/// `access_token` goes with it at a resource of ours, and is empty at /token. Fails with
/// Errc::invalid_dpop_proof, or Errc::use_dpop_nonce when this server wants its own nonce in it.
[[nodiscard]] common::Result<std::string> read_dpop_key(EndpointContext& context,
                                                        const common::HttpRequest& http,
                                                        std::string_view access_token,
                                                        SystemTime now);

/// For the endpoints that clients call directly: puts the proven key into `request`. The refusal
/// when the proof is not good, with its log line and metric for `endpoint`.
[[nodiscard]] std::optional<common::HttpResponse> take_dpop_key(EndpointContext& context,
                                                                const common::HttpRequest& http,
                                                                std::string_view endpoint,
                                                                TokenRequest& request,
                                                                SystemTime now);

/// Gives the client the nonce for its next proof, when nonces are wanted (RFC 9449 section 8.2).
void add_dpop_nonce(const EndpointContext& context, const common::HttpRequest& http,
                    common::HttpResponse& response, SystemTime now);

}  // namespace waf
