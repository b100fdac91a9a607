// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/jose/access_token.hpp"
#include "common/jose/dpop.hpp"
#include "common/result.hpp"
#include "common/time.hpp"

namespace wic {

/// The proofs that were seen, by all workers together: a stolen one must not work on another.
class ProofMemory {
 public:
  virtual ~ProofMemory() = default;
  /// True the first time.
  [[nodiscard]] virtual bool is_first(const common::jose::DpopProof& proof,
                                      common::SystemTime now) = 0;
};

/// How a request presented its token, and over what.
struct TokenPresentation {
  std::string token;
  std::string method;
  std::string uri;
  std::string dpop;
  std::string certificate;  // SHA-256 of the flow's TLS client certificate; empty: none
};

/// Token-auth 6.2 step 14: a token that is bound to a key (RFC 9449) or a certificate (RFC 8705)
/// only counts from whoever proves to have it. Errc::key_not_proven otherwise.
[[nodiscard]] common::Result<void> check_key_proof(const common::jose::AccessToken& claims,
                                                   const TokenPresentation& presented,
                                                   common::SystemTime now, ProofMemory& seen);

}  // namespace wic
