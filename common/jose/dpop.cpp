// SPDX-License-Identifier: Apache-2.0
#include "common/jose/dpop.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "common/digest.hpp"
#include "common/encoding.hpp"
#include "common/jose/errc.hpp"
#include "common/jose/htu.hpp"
#include "common/jose/json.hpp"
#include "common/jose/jws.hpp"

namespace common::jose {
namespace {

using nlohmann::json;

constexpr std::size_t max_header = 3072;  // an RSA key of 8192 bits has to fit
constexpr std::size_t max_text = 255;
constexpr std::size_t max_address = 2048;
constexpr double latest_time = 9007199254740992.0;  // 2^53

/// A text of at most `most` octets; empty when it is missing, mistyped, empty or too long.
std::string text_claim(const json& claims, const char* name, std::size_t most) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_string()) return {};
  auto out = found->get<std::string>();
  return out.size() <= most ? out : std::string();
}

Result<SystemTime> time_claim(const json& claims) {
  const auto found = claims.find("iat");
  if (found == claims.end() || !found->is_number()) return fail(Errc::malformed_claims, "iat");
  const double value = found->get<double>();
  if (!std::isfinite(value) || value < 0 || value > latest_time) {
    return fail(Errc::malformed_claims, "iat");
  }
  return system_time(static_cast<long long>(value));
}

Result<DpopProof> read_claims(const json& claims, const DpopRequest& request) {
  DpopProof out;
  out.id = text_claim(claims, "jti", max_text);
  if (out.id.empty()) return fail(Errc::malformed_claims, "jti");
  const std::string method = text_claim(claims, "htm", max_text);
  const std::string uri = text_claim(claims, "htu", max_address);
  if (method.empty() || uri.empty()) return fail(Errc::malformed_claims, "htm or htu");
  if (method != request.method) return fail(Errc::proof_of_other_request, "htm");
  const auto sent = normalised_htu(uri);
  if (!sent || sent != normalised_htu(request.uri)) {
    return fail(Errc::proof_of_other_request, "htu");
  }
  if (claims.contains("nonce")) {
    out.nonce = text_claim(claims, "nonce", max_text);
    if (out.nonce.empty()) return fail(Errc::malformed_claims, "nonce");
  }
  const auto issued_at = time_claim(claims);
  if (!issued_at) return fail(issued_at.error());
  out.issued_at = *issued_at;
  if (!request.access_token.empty() &&
      !equal_secrets(text_claim(claims, "ath", max_text), token_hash(request.access_token))) {
    return fail(Errc::proof_of_other_token);
  }
  return out;
}

}  // namespace

std::string token_hash(std::string_view access_token) {
  return base64url_encode(sha256(access_token));
}

Result<DpopProof> verify_dpop_proof(std::string_view proof, const DpopRequest& request,
                                    SystemTime now, const DpopPolicy& policy) {
  const auto jws = parse_jws(proof, {.types = {"dpop+jwt"},
                                     .algorithms = policy.algorithms,
                                     .max_bytes = policy.max_bytes,
                                     .max_header_bytes = max_header,
                                     .embedded_key = true});
  if (!jws) return fail(jws.error());
  const json jwk = json::parse(jws->jwk);
  const auto key = PublicKey::from_jwk(jwk, jws->algorithm);
  if (!key) return fail(key.error());
  if (!key->verify(jws->signed_text, jws->signature)) return fail(Errc::bad_signature);
  const auto claims = parse_json(jws->payload, {.max_bytes = policy.max_bytes, .max_depth = 4});
  if (!claims) return fail(claims.error());
  if (!claims->is_object()) return fail(Errc::malformed_claims);
  auto out = read_claims(*claims, request);
  if (!out) return out;
  if (out->issued_at + policy.max_age < now || out->issued_at > now + policy.max_ahead) {
    return fail(Errc::proof_out_of_time);
  }
  out->thumbprint = thumbprint_of(jwk);
  return out;
}

bool DpopReplays::is_first(const DpopProof& proof, SystemTime now) {
  while (!by_end_.empty() && by_end_.begin()->first < now) {
    seen_.erase(by_end_.begin()->second);
    by_end_.erase(by_end_.begin());
  }
  const Sha256 hash = sha256(proof.thumbprint + '\0' + proof.id);
  std::string name(text_of(hash));
  // Its end is when verify_dpop_proof refuses it for its age; kept for that second as well.
  const SystemTime end = proof.issued_at + policy_.max_age;
  if (!seen_.try_emplace(name, end).second) return false;
  by_end_.emplace(end, std::move(name));
  if (seen_.size() > most_) {
    seen_.erase(by_end_.begin()->second);
    by_end_.erase(by_end_.begin());
  }
  return true;
}

}  // namespace common::jose
