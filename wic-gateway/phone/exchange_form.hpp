// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/http.hpp"
#include "common/result.hpp"
#include "ims-interface/code_exchange.hpp"

namespace wic {

/// The form of token-auth 3.3 for a code or a Digest proof.
[[nodiscard]] common::FormFields exchange_form(const ims::CodeProof& proof,
                                               const ims::FlowPeer& peer,
                                               const std::string& audience);

/// What the gateway keeps of the WAF's answer; all secrets.
struct ExchangedTokens {
  std::string access_token;
  std::string refresh_token;  // may be empty
  std::string credential;     // credential_id; may be empty
};

/// Strict: duplicate members, no access token or one that is no Bearer token fail.
[[nodiscard]] common::Result<ExchangedTokens> read_exchange_answer(const std::string& body);

/// `error` of an OAuth error answer, for the log; empty when there is none that could be printed.
[[nodiscard]] std::string error_of(const std::string& body);

}  // namespace wic
