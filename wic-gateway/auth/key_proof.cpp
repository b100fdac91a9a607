// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/key_proof.hpp"

#include "wic-gateway/errc.hpp"

namespace wic {
namespace {

using common::fail;

common::Result<void> check_dpop(const std::string& thumbprint, const TokenPresentation& presented,
                                common::SystemTime now, ProofMemory& seen) {
  if (presented.dpop.empty()) return fail(Errc::key_not_proven, "no DPoP proof");
  const auto proof = common::jose::verify_dpop_proof(
      presented.dpop,
      {.method = presented.method, .uri = presented.uri, .access_token = presented.token}, now);
  if (!proof) return fail(Errc::key_not_proven, proof.error().message());
  if (proof->thumbprint != thumbprint) return fail(Errc::key_not_proven, "proof of another key");
  if (!seen.is_first(*proof, now)) return fail(Errc::key_not_proven, "DPoP proof used twice");
  return {};
}

}  // namespace

common::Result<void> check_key_proof(const common::jose::AccessToken& claims,
                                     const TokenPresentation& presented, common::SystemTime now,
                                     ProofMemory& seen) {
  // A WebSocket shows no client certificate: a token bound to one does not work there.
  if (claims.certificate_thumbprint && *claims.certificate_thumbprint != presented.certificate) {
    return fail(Errc::key_not_proven, "client certificate differs or is missing");
  }
  if (!claims.key_thumbprint) return {};
  return check_dpop(*claims.key_thumbprint, presented, now, seen);
}

}  // namespace wic
