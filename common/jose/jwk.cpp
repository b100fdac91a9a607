// SPDX-License-Identifier: Apache-2.0
#include "common/jose/jwk.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "common/digest.hpp"
#include "common/encoding.hpp"
#include "common/jose/errc.hpp"
#include "common/jose/json.hpp"
#include "common/openssl.hpp"

namespace common::jose {
namespace {

using nlohmann::json;
using ParamBuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Releaser<OSSL_PARAM_BLD_free>>;

constexpr std::size_t coordinate_size = 32;
constexpr std::size_t max_keys = 64;
constexpr std::array<const char*, 8> private_members = {"d",  "p",  "q",   "dp",
                                                        "dq", "qi", "oth", "k"};
constexpr int least_rsa_bits = 2048;
constexpr int most_rsa_bits = 8192;  // a larger modulus would only cost us time

std::shared_ptr<EVP_PKEY> shared_key(EVP_PKEY* key) { return {key, Releaser<EVP_PKEY_free>{}}; }

std::string text_member(const json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : "";
}

std::vector<std::byte> binary_member(const json& object, const char* name) {
  return base64url_decode(text_member(object, name)).value_or(std::vector<std::byte>{});
}

const unsigned char* octets(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// OpenSSL refuses a point that is not on the curve.
std::shared_ptr<EVP_PKEY> p256_key(const json& jwk) {
  const auto x = binary_member(jwk, "x");
  const auto y = binary_member(jwk, "y");
  if (x.size() != coordinate_size || y.size() != coordinate_size) return nullptr;
  std::vector<std::byte> point{std::byte{POINT_CONVERSION_UNCOMPRESSED}};
  point.insert(point.end(), x.begin(), x.end());
  point.insert(point.end(), y.begin(), y.end());
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  return make_public_key("EC", builder.get());
}

std::shared_ptr<EVP_PKEY> rsa_key(const json& jwk) {
  const auto n = binary_member(jwk, "n");
  const auto e = binary_member(jwk, "e");
  if (n.size() > most_rsa_bits / 8 || e.empty() || e.size() > 8) return nullptr;
  const BignumPtr modulus(BN_bin2bn(octets(n), static_cast<int>(n.size()), nullptr));
  const BignumPtr exponent(BN_bin2bn(octets(e), static_cast<int>(e.size()), nullptr));
  if (BN_num_bits(modulus.get()) < least_rsa_bits) return nullptr;
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  return make_public_key("RSA", builder.get());
}

std::shared_ptr<EVP_PKEY> ed25519_key(const json& jwk) {
  const auto x = binary_member(jwk, "x");
  return shared_key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(x), x.size()));
}

/// The algorithm a key is for: its alg, or the only one its type can mean.
std::optional<Algorithm> algorithm_of(const json& jwk) {
  const std::string type = text_member(jwk, "kty");
  const std::string curve = text_member(jwk, "crv");
  std::optional<Algorithm> natural;
  if (type == "EC" && curve == "P-256") natural = Algorithm::es256;
  if (type == "OKP" && curve == "Ed25519") natural = Algorithm::eddsa;
  if (type == "RSA") natural = Algorithm::rs256;
  if (!natural || !jwk.contains("alg")) return natural;
  const auto named = algorithm_from(text_member(jwk, "alg"));
  const bool both_rsa = natural == Algorithm::rs256 && named == Algorithm::ps256;
  return named == natural || both_rsa ? named : std::nullopt;
}

std::shared_ptr<EVP_PKEY> key_for(const json& jwk, Algorithm algorithm) {
  if (algorithm == Algorithm::es256) return p256_key(jwk);
  if (algorithm == Algorithm::eddsa) return ed25519_key(jwk);
  return rsa_key(jwk);
}

bool is_private(const json& jwk) {
  return std::any_of(private_members.begin(), private_members.end(),
                     [&jwk](const char* name) { return jwk.contains(name); });
}

std::optional<PublicKey> parse_key(const json& jwk) {
  const std::string kid = text_member(jwk, "kid");
  if (!is_key_id(kid) || (jwk.contains("use") && text_member(jwk, "use") != "sig")) {
    return std::nullopt;
  }
  const auto algorithm = algorithm_of(jwk);
  if (!algorithm) return std::nullopt;
  std::shared_ptr<EVP_PKEY> key = key_for(jwk, *algorithm);
  if (!key) return std::nullopt;
  return PublicKey(kid, *algorithm, std::move(key));
}

/// JOSE's r||s as the DER that OpenSSL takes; empty for any other length.
std::vector<unsigned char> der_signature(std::span<const std::byte> signature) {
  if (signature.size() != 2 * coordinate_size) return {};
  const EcdsaSigPtr parsed(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(octets(signature), coordinate_size, nullptr);
  BIGNUM* s = BN_bin2bn(octets(signature) + coordinate_size, coordinate_size, nullptr);
  ECDSA_SIG_set0(parsed.get(), r, s);
  std::vector<unsigned char> out(80);
  unsigned char* end = out.data();
  const int size = i2d_ECDSA_SIG(parsed.get(), &end);
  if (size <= 0) return {};
  out.resize(static_cast<std::size_t>(size));
  return out;
}

}  // namespace

std::string_view name_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::es256:
      return "ES256";
    case Algorithm::rs256:
      return "RS256";
    case Algorithm::ps256:
      return "PS256";
    case Algorithm::eddsa:
      return "EdDSA";
  }
  return "";
}

std::optional<Algorithm> algorithm_from(std::string_view name) {
  for (const auto known :
       {Algorithm::es256, Algorithm::rs256, Algorithm::ps256, Algorithm::eddsa}) {
    if (name == name_of(known)) return known;
  }
  return std::nullopt;
}

bool is_key_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '_' || c == '-';
  });
}

PublicKey::PublicKey(std::string kid, Algorithm algorithm, std::shared_ptr<EVP_PKEY> key)
    : kid_(std::move(kid)), algorithm_(algorithm), key_(std::move(key)) {}

Result<PublicKey> PublicKey::from_jwk(const json& jwk, Algorithm algorithm) {
  if (!jwk.is_object()) return fail(Errc::malformed_key, "a key is no object");
  if (is_private(jwk)) return fail(Errc::malformed_key, "private key published");
  const auto own = algorithm_of(jwk);
  const bool both_rsa = own == Algorithm::rs256 && algorithm == Algorithm::ps256;
  if (own != algorithm && (!both_rsa || jwk.contains("alg"))) return fail(Errc::key_mismatch);
  std::shared_ptr<EVP_PKEY> key = key_for(jwk, algorithm);
  if (!key) return fail(Errc::malformed_key);
  return PublicKey(text_member(jwk, "kid"), algorithm, std::move(key));
}

std::string thumbprint_of(const json& jwk) {
  const std::string type = text_member(jwk, "kty");
  std::vector<const char*> members;  // in lexicographic order
  if (type == "EC") members = {"crv", "kty", "x", "y"};
  if (type == "OKP") members = {"crv", "kty", "x"};
  if (type == "RSA") members = {"e", "kty", "n"};
  if (members.empty()) return {};
  std::string text = "{";
  for (const char* name : members) {
    if (text.size() > 1) text += ',';
    append_json_string(text, name);
    text += ':';
    append_json_string(text, text_member(jwk, name));
  }
  return base64url_encode(sha256(text + "}"));
}

bool PublicKey::verify(std::string_view signed_text, std::span<const std::byte> signature) const {
  const unsigned char* data = octets(signature);
  std::size_t size = signature.size();
  std::vector<unsigned char> der;
  if (algorithm_ == Algorithm::es256) {
    der = der_signature(signature);
    if (der.empty()) return false;
    data = der.data();
    size = der.size();
  }
  const EvpMdCtxPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;  // owned by context
  const char* digest = algorithm_ == Algorithm::eddsa ? nullptr : "SHA256";
  bool ready = EVP_DigestVerifyInit_ex(context.get(), &key_context, digest, nullptr, nullptr,
                                       key_.get(), nullptr) == 1;
  if (ready && algorithm_ == Algorithm::ps256) {
    ready = EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) == 1 &&
            EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, RSA_PSS_SALTLEN_DIGEST) == 1;
  }
  return ready && EVP_DigestVerify(context.get(), data, size,
                                   reinterpret_cast<const unsigned char*>(signed_text.data()),
                                   signed_text.size()) == 1;
}

Result<KeySet> KeySet::parse(std::string_view text) {
  const auto document = parse_json(text, {.max_bytes = 256 * 1024, .max_depth = 5});
  if (!document) return fail(document.error());
  const auto keys = document->is_object() ? document->find("keys") : document->end();
  if (keys == document->end() || !keys->is_array() || keys->size() > max_keys) {
    return fail(Errc::malformed_key, "not a JWKS");
  }
  KeySet out;
  for (const json& jwk : *keys) {
    if (!jwk.is_object()) return fail(Errc::malformed_key, "a key is no object");
    if (jwk.contains("d")) return fail(Errc::malformed_key, "private key published");
    if (auto key = parse_key(jwk)) out.add(std::move(*key));
  }
  return out;
}

void KeySet::add(PublicKey key) {
  std::string kid = key.kid();
  keys_.insert_or_assign(std::move(kid), std::move(key));
}

const PublicKey* KeySet::find(std::string_view kid) const {
  const auto found = keys_.find(kid);
  return found == keys_.end() ? nullptr : &found->second;
}

std::vector<std::string> KeySet::kids() const {
  std::vector<std::string> out;
  for (const auto& [kid, key] : keys_) out.push_back(kid);
  return out;
}

std::string KeySet::to_json() const {
  std::string out = R"({"keys":[)";
  for (const auto& [kid, key] : keys_) out += (out.back() == '[' ? "" : ",") + key.to_jwk();
  return out + "]}";
}

}  // namespace common::jose
