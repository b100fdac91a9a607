// SPDX-License-Identifier: Apache-2.0
#include "waf/webauthn/cose_key.hpp"

#include <nlohmann/json.hpp>

#include "common/encoding.hpp"
#include "common/errc.hpp"
#include "common/jose/jwk.hpp"
#include "common/openssl.hpp"
#include "waf/webauthn/cbor.hpp"

namespace waf::webauthn {
namespace {

using common::fail;
using common::Result;
using common::jose::Algorithm;
using common::jose::PublicKey;

// COSE_Key labels and values (RFC 9052 section 7, RFC 9053 section 7).
constexpr std::int64_t key_type = 1;
constexpr std::int64_t algorithm = 3;
constexpr std::int64_t curve = -1;
constexpr std::int64_t x_coordinate = -2;
constexpr std::int64_t y_coordinate = -3;
constexpr std::int64_t modulus = -1;
constexpr std::int64_t exponent = -2;

tl::unexpected<common::Error> unusable(const char* why) {
  return fail(common::Errc::invalid_encoding, why);
}

std::int64_t number(const CborValue& key, std::int64_t label) {
  const CborValue* member = find(key, label);
  const std::int64_t* value = member == nullptr ? nullptr : member->integer();
  return value == nullptr ? 0 : *value;
}

std::string octets(const CborValue& key, std::int64_t label) {
  const CborValue* member = find(key, label);
  const CborBytes* value = member == nullptr ? nullptr : member->bytes();
  return value == nullptr ? std::string() : common::base64url_encode(*value);
}

/// The same key as a JWK: its checks are those of every other key of ours.
Result<PublicKey> read_key(std::span<const std::byte> cose_key) {
  const auto key = parse_cbor(cose_key);
  if (!key) return fail(key.error());
  const auto kind = number(*key, key_type);
  switch (number(*key, algorithm)) {
    case es256:
      if (kind != 2 || number(*key, curve) != 1) return unusable("no key on P-256");
      return PublicKey::from_jwk({{"kty", "EC"},
                                  {"kid", "passkey"},
                                  {"crv", "P-256"},
                                  {"x", octets(*key, x_coordinate)},
                                  {"y", octets(*key, y_coordinate)}},
                                 Algorithm::es256);
    case eddsa:
      if (kind != 1 || number(*key, curve) != 6) return unusable("no Ed25519 key");
      return PublicKey::from_jwk({{"kty", "OKP"},
                                  {"kid", "passkey"},
                                  {"crv", "Ed25519"},
                                  {"x", octets(*key, x_coordinate)}},
                                 Algorithm::eddsa);
    case rs256:
      if (kind != 3) return unusable("no RSA key");
      return PublicKey::from_jwk({{"kty", "RSA"},
                                  {"kid", "passkey"},
                                  {"n", octets(*key, modulus)},
                                  {"e", octets(*key, exponent)}},
                                 Algorithm::rs256);
    default:
      return unusable("algorithm");
  }
}

/// Authenticators write ECDSA signatures in DER, JWS as two numbers of 32 octets.
Result<std::vector<std::byte>> raw_ecdsa(std::span<const std::byte> der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  const common::EcdsaSigPtr signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!signature || at != end) return unusable("signature is no DER");
  std::vector<std::byte> out(64);
  auto* raw = reinterpret_cast<unsigned char*>(out.data());
  if (BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw, 32) != 32 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw + 32, 32) != 32) {
    return unusable("signature is too long");
  }
  return out;
}

}  // namespace

Result<bool> verify_signature(std::span<const std::byte> cose_key,
                              std::span<const std::byte> message,
                              std::span<const std::byte> signature) {
  const auto key = read_key(cose_key);
  if (!key) return fail(key.error());
  if (key->algorithm() != Algorithm::es256) {
    return key->verify(common::text_of(message), signature);
  }
  const auto raw = raw_ecdsa(signature);
  if (!raw) return false;
  return key->verify(common::text_of(message), *raw);
}

Result<void> check_key(std::span<const std::byte> cose_key) {
  const auto key = read_key(cose_key);
  if (!key) return fail(key.error());
  return {};
}

}  // namespace waf::webauthn
