// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <system_error>

namespace waf {

/// What the server refuses, by the error codes of OAuth 2.1 and OpenID Connect. The detail of the
/// Error says which rule failed; it is for the log and the developer, never a secret.
enum class Errc {
  invalid_request = 1,
  invalid_client,
  invalid_grant,
  unauthorized_client,
  unsupported_grant_type,
  unsupported_response_type,
  invalid_scope,
  invalid_target,  // RFC 8707
  access_denied,
  invalid_dpop_proof,     // RFC 9449
  use_dpop_nonce,         // RFC 9449 section 8
  authorization_pending,  // RFC 8628 section 3.5, as the next two
  slow_down,
  expired_token,
  insufficient_authorization,  // first-party challenge, as the next two
  invalid_session,
  redirect_to_web,
  too_many_attempts,  // 429
  pool_exhausted,     // 503: no identity of the pool is free
  // Client registration, RFC 7591 section 3.2.2:
  invalid_redirect_uri,
  invalid_client_metadata,
  login_required,
  consent_required,                   // OpenID Connect Core 3.1.2.6
  unmet_authentication_requirements,  // RFC 9470
  request_not_supported,
  request_uri_not_supported,
  invalid_token,       // RFC 6750
  insufficient_scope,  // RFC 6750
  // Before anything may be sent to a redirect URI:
  unknown_client,
  unregistered_redirect_uri,
  // Forms of our own pages:
  stale_form,  // missing, foreign or expired synchronizer token
};

/// The code as it stands on the wire.
[[nodiscard]] std::string_view name_of(Errc code);
[[nodiscard]] std::error_code make_error_code(Errc code);

}  // namespace waf

template <>
struct std::is_error_code_enum<waf::Errc> : std::true_type {};
