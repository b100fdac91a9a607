// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <system_error>

namespace waf::federation {

/// Why a login by somebody else's word, or somebody else's message, was refused. For the log and
/// the metrics; the user reads one of a few texts.
enum class Errc {
  // The provider's documents and answers:
  malformed_metadata = 1,
  foreign_issuer,  // discovery, ID token, logout token or `iss` of a response: not the pinned one
  provider_unavailable,
  token_request_refused,
  malformed_answer,
  // ID and logout tokens:
  encrypted_token,
  malformed_token,
  unknown_key,
  bad_signature,
  wrong_audience,
  wrong_party,  // azp
  token_expired,
  issued_in_the_future,
  wrong_nonce,
  login_too_old,  // auth_time against max_age
  wrong_acr,
  wrong_token_hash,
  foreign_subject,  // userinfo of somebody else
  wrong_tenant,
  not_a_logout,
  nonce_in_logout,
  replayed,
  // The login:
  unknown_provider,
  unknown_login,  // state of no login, of another browser's, of another provider's, or used
  cancelled,
  // Mapping and accounts:
  missing_claim,
  filtered_claim,  // no pattern or table row fits
  unserved_domain,
  malformed_identity,
  identity_taken,
  no_account,  // and none is made
  account_disabled,
};

[[nodiscard]] std::string_view name_of(Errc code);
[[nodiscard]] std::error_code make_error_code(Errc code);

}  // namespace waf::federation

template <>
struct std::is_error_code_enum<waf::federation::Errc> : std::true_type {};
