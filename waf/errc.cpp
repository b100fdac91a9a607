// SPDX-License-Identifier: Apache-2.0
#include "waf/errc.hpp"

#include "common/result.hpp"

namespace waf {

std::string_view name_of(Errc code) {
  switch (code) {
    case Errc::invalid_request:
      return "invalid_request";
    case Errc::invalid_client:
      return "invalid_client";
    case Errc::invalid_grant:
      return "invalid_grant";
    case Errc::unauthorized_client:
      return "unauthorized_client";
    case Errc::unsupported_grant_type:
      return "unsupported_grant_type";
    case Errc::unsupported_response_type:
      return "unsupported_response_type";
    case Errc::invalid_scope:
      return "invalid_scope";
    case Errc::invalid_target:
      return "invalid_target";
    case Errc::invalid_dpop_proof:
      return "invalid_dpop_proof";
    case Errc::use_dpop_nonce:
      return "use_dpop_nonce";
    case Errc::authorization_pending:
      return "authorization_pending";
    case Errc::slow_down:
      return "slow_down";
    case Errc::expired_token:
      return "expired_token";
    case Errc::insufficient_authorization:
      return "insufficient_authorization";
    case Errc::invalid_session:
      return "invalid_session";
    case Errc::redirect_to_web:
      return "redirect_to_web";
    case Errc::too_many_attempts:
      return "temporarily_unavailable";
    case Errc::pool_exhausted:
      return "temporarily_unavailable";
    case Errc::invalid_redirect_uri:
      return "invalid_redirect_uri";
    case Errc::invalid_client_metadata:
      return "invalid_client_metadata";
    case Errc::access_denied:
      return "access_denied";
    case Errc::consent_required:
      return "consent_required";
    case Errc::unmet_authentication_requirements:
      return "unmet_authentication_requirements";
    case Errc::login_required:
      return "login_required";
    case Errc::request_not_supported:
      return "request_not_supported";
    case Errc::request_uri_not_supported:
      return "request_uri_not_supported";
    case Errc::invalid_token:
      return "invalid_token";
    case Errc::insufficient_scope:
      return "insufficient_scope";
    case Errc::unknown_client:
      return "unknown_client";
    case Errc::unregistered_redirect_uri:
      return "unregistered_redirect_uri";
    case Errc::stale_form:
      return "stale_form";
  }
  return "server_error";
}

std::error_code make_error_code(Errc code) {
  static const common::EnumCategory<Errc> category("waf");
  return {static_cast<int>(code), category};
}

}  // namespace waf
