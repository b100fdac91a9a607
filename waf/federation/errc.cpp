// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/errc.hpp"

#include "common/result.hpp"

namespace waf::federation {

std::string_view name_of(Errc code) {
  switch (code) {
    case Errc::malformed_metadata:
      return "malformed_metadata";
    case Errc::foreign_issuer:
      return "foreign_issuer";
    case Errc::provider_unavailable:
      return "provider_unavailable";
    case Errc::token_request_refused:
      return "token_request_refused";
    case Errc::malformed_answer:
      return "malformed_answer";
    case Errc::encrypted_token:
      return "encrypted_token";
    case Errc::malformed_token:
      return "malformed_token";
    case Errc::unknown_key:
      return "unknown_key";
    case Errc::bad_signature:
      return "bad_signature";
    case Errc::wrong_audience:
      return "wrong_audience";
    case Errc::wrong_party:
      return "wrong_party";
    case Errc::token_expired:
      return "token_expired";
    case Errc::issued_in_the_future:
      return "issued_in_the_future";
    case Errc::wrong_nonce:
      return "wrong_nonce";
    case Errc::login_too_old:
      return "login_too_old";
    case Errc::wrong_acr:
      return "wrong_acr";
    case Errc::wrong_token_hash:
      return "wrong_token_hash";
    case Errc::foreign_subject:
      return "foreign_subject";
    case Errc::wrong_tenant:
      return "wrong_tenant";
    case Errc::not_a_logout:
      return "not_a_logout";
    case Errc::nonce_in_logout:
      return "nonce_in_logout";
    case Errc::replayed:
      return "replayed";
    case Errc::unknown_provider:
      return "unknown_provider";
    case Errc::unknown_login:
      return "unknown_login";
    case Errc::cancelled:
      return "cancelled";
    case Errc::missing_claim:
      return "missing_claim";
    case Errc::filtered_claim:
      return "filtered_claim";
    case Errc::unserved_domain:
      return "unserved_domain";
    case Errc::malformed_identity:
      return "malformed_identity";
    case Errc::identity_taken:
      return "identity_taken";
    case Errc::no_account:
      return "no_account";
    case Errc::account_disabled:
      return "account_disabled";
  }
  return "unknown";
}

std::error_code make_error_code(Errc code) {
  static const common::EnumCategory<Errc> category("federation");
  return {static_cast<int>(code), category};
}

}  // namespace waf::federation
