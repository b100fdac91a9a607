// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/jose/jwk.hpp"
#include "common/result.hpp"
#include "common/time.hpp"

namespace common::jose {

/// What a DPoP proof may be (RFC 9449 section 4.3).
struct DpopPolicy {
  std::vector<Algorithm> algorithms = {Algorithm::es256, Algorithm::eddsa, Algorithm::rs256};
  std::size_t max_bytes = 8192;
  std::chrono::seconds max_age{120};   // older proofs are refused
  std::chrono::seconds max_ahead{30};  // the sender's clock may be this much ahead of ours
};

/// The request a proof must have been made for.
struct DpopRequest {
  std::string_view method;        // htm: "POST", "REGISTER"; compared octet by octet
  std::string_view uri;           // htu: ours, as clients know it; any query is left out
  std::string_view access_token;  // ath; empty where no access token goes with the request
};

/// What a proof that passed every check says. The caller still has to compare the thumbprint with
/// the token's cnf.jkt, look at the nonce if it wants one, and ask its DpopReplays.
struct DpopProof {
  std::string thumbprint;  // of its key, RFC 7638: "jkt"
  std::string id;          // jti
  std::string nonce;       // empty when absent
  SystemTime issued_at{};
};

/// RFC 9449 section 4.3, checks 2 to 12 without nonce: one well-formed JWS of type dpop+jwt with an
/// asymmetric algorithm of the policy, signed by the public key in its header; jti, htm, htu, iat
/// there and right, ath too when a token goes with it.
[[nodiscard]] Result<DpopProof> verify_dpop_proof(std::string_view proof,
                                                  const DpopRequest& request, SystemTime now,
                                                  const DpopPolicy& policy = {});

/// "ath" of a token: its SHA-256 in base64url.
[[nodiscard]] std::string token_hash(std::string_view access_token);

/// The proofs that were seen, each as long as it could pass the check of its time. Bounded: when it
/// is full, those that expire first make room; at the default size that takes a flood that the rate
/// limits in front of it do not let through.
class DpopReplays {
 public:
  explicit DpopReplays(DpopPolicy policy = {}, std::size_t most = 100'000)
      : policy_(std::move(policy)), most_(most) {}

  /// True the first time; false for a proof that was seen before.
  [[nodiscard]] bool is_first(const DpopProof& proof, SystemTime now);
  [[nodiscard]] std::size_t size() const { return seen_.size(); }

 private:
  DpopPolicy policy_;
  std::size_t most_;
  std::map<std::string, SystemTime> seen_;  // by hash of key and jti: until when
  std::set<std::pair<SystemTime, std::string>> by_end_;
};

}  // namespace common::jose
