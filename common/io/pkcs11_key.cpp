// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <stdexcept>

#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "common/digest.hpp"
#include "common/io/pkcs11_session.hpp"
#include "common/jose/errc.hpp"
#include "common/openssl.hpp"

namespace common::io {
namespace {

using jose::Algorithm;
using ParamBuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Releaser<OSSL_PARAM_BLD_free>>;

constexpr CK_ULONG rsa_bits = 3072;
// DER of the object identifier of P-256, which PKCS#11 takes as the curve's parameters.
constexpr std::array<unsigned char, 10> p256_parameters = {0x06, 0x08, 0x2a, 0x86, 0x48,
                                                           0xce, 0x3d, 0x03, 0x01, 0x07};

std::shared_ptr<EVP_PKEY> key_from(const char* type, OSSL_PARAM_BLD* builder) {
  auto key = make_public_key(type, builder);
  if (!key) {
    throw std::runtime_error("PKCS#11: the public key cannot be used: " + openssl_error());
  }
  return key;
}

std::shared_ptr<EVP_PKEY> ec_key(const std::vector<unsigned char>& point) {
  // An OCTET STRING around the point; some tokens leave it out.
  const bool wrapped = point.size() == 67 && point[0] == 0x04 && point[1] == 65;
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                   point.data() + (wrapped ? 2 : 0),
                                   point.size() - (wrapped ? 2 : 0));
  return key_from("EC", builder.get());
}

std::shared_ptr<EVP_PKEY> rsa_key(const std::vector<unsigned char>& modulus,
                                  const std::vector<unsigned char>& exponent) {
  const BignumPtr n(BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr));
  const BignumPtr e(BN_bin2bn(exponent.data(), static_cast<int>(exponent.size()), nullptr));
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return key_from("RSA", builder.get());
}

/// Signs through `Session`, which the template keeps from having to name.
template <class Session>
class TokenKey final : public jose::RemoteKey {
 public:
  TokenKey(std::shared_ptr<Session> session, CK_OBJECT_HANDLE key, Algorithm algorithm)
      : session_(std::move(session)), key_(key), algorithm_(algorithm) {}

  std::vector<std::byte> sign(std::string_view text) override {
    // CKM_ECDSA takes the hash and gives r||s, as JOSE has it; the RSA mechanism hashes itself.
    const bool ecdsa = algorithm_ == Algorithm::es256;
    CK_MECHANISM mechanism{ecdsa ? CKM_ECDSA : CKM_SHA256_RSA_PKCS, nullptr, 0};
    Sha256 hash = sha256(text);
    std::string message(text);
    auto* input = reinterpret_cast<unsigned char*>(ecdsa ? static_cast<void*>(hash.data())
                                                         : static_cast<void*>(message.data()));
    std::vector<std::byte> out(1024);
    CK_ULONG size = out.size();
    const std::scoped_lock lock(session_->mutex);
    Session::check(session_->functions->C_SignInit(session_->handle, &mechanism, key_),
                   "C_SignInit");
    Session::check(
        session_->functions->C_Sign(session_->handle, input, ecdsa ? hash.size() : message.size(),
                                    reinterpret_cast<unsigned char*>(out.data()), &size),
        "C_Sign");
    out.resize(size);
    return out;
  }

 private:
  std::shared_ptr<Session> session_;
  CK_OBJECT_HANDLE key_;
  Algorithm algorithm_;
};

}  // namespace

Result<jose::SigningKey> Pkcs11Token::find(const std::string& kid) {
  std::shared_ptr<EVP_PKEY> public_key;
  std::vector<CK_OBJECT_HANDLE> private_keys;
  {
    const std::scoped_lock lock(session_->mutex);
    private_keys = session_->find(CKO_PRIVATE_KEY, kid);
    const auto public_keys = session_->find(CKO_PUBLIC_KEY, kid);
    if (private_keys.size() != 1 || public_keys.size() != 1) {
      return fail(jose::Errc::unknown_key, "not in the token");
    }
    const auto type = session_->attribute(public_keys.front(), CKA_KEY_TYPE);
    const bool ec = type.size() == sizeof(CK_KEY_TYPE) &&
                    *reinterpret_cast<const CK_KEY_TYPE*>(type.data()) == CKK_EC;
    public_key = ec ? ec_key(session_->attribute(public_keys.front(), CKA_EC_POINT))
                    : rsa_key(session_->attribute(public_keys.front(), CKA_MODULUS),
                              session_->attribute(public_keys.front(), CKA_PUBLIC_EXPONENT));
  }
  const jose::SigningKey plain(kid, public_key);
  return jose::SigningKey(
      kid, public_key,
      std::make_shared<TokenKey<Session>>(session_, private_keys.front(), plain.algorithm()));
}

jose::SigningKey Pkcs11Token::generate(const std::string& kid, Algorithm algorithm) {
  if (algorithm == Algorithm::eddsa) {
    throw std::runtime_error("PKCS#11: keys for EdDSA are not supported");
  }
  const bool ec = algorithm == Algorithm::es256;
  CK_MECHANISM mechanism{ec ? CKM_EC_KEY_PAIR_GEN : CKM_RSA_PKCS_KEY_PAIR_GEN, nullptr, 0};
  CK_BBOOL yes = CK_TRUE;
  CK_BBOOL no = CK_FALSE;
  CK_ULONG bits = rsa_bits;
  std::string label = kid;
  std::array<unsigned char, 10> curve = p256_parameters;
  std::array<unsigned char, 3> exponent = {1, 0, 1};
  std::vector<CK_ATTRIBUTE> public_template = {{CKA_TOKEN, &yes, sizeof yes},
                                               {CKA_VERIFY, &yes, sizeof yes},
                                               {CKA_LABEL, label.data(), label.size()},
                                               {CKA_ID, label.data(), label.size()}};
  if (ec) {
    public_template.push_back({CKA_EC_PARAMS, curve.data(), curve.size()});
  } else {
    public_template.push_back({CKA_MODULUS_BITS, &bits, sizeof bits});
    public_template.push_back({CKA_PUBLIC_EXPONENT, exponent.data(), exponent.size()});
  }
  std::vector<CK_ATTRIBUTE> private_template = {
      {CKA_TOKEN, &yes, sizeof yes},       {CKA_PRIVATE, &yes, sizeof yes},
      {CKA_SENSITIVE, &yes, sizeof yes},   {CKA_EXTRACTABLE, &no, sizeof no},
      {CKA_SIGN, &yes, sizeof yes},        {CKA_LABEL, label.data(), label.size()},
      {CKA_ID, label.data(), label.size()}};
  CK_OBJECT_HANDLE public_key = 0;
  CK_OBJECT_HANDLE private_key = 0;
  {
    const std::scoped_lock lock(session_->mutex);
    Session::check(session_->functions->C_GenerateKeyPair(
                       session_->handle, &mechanism, public_template.data(), public_template.size(),
                       private_template.data(), private_template.size(), &public_key, &private_key),
                   "C_GenerateKeyPair");
  }
  auto out = find(kid);
  if (!out) throw std::runtime_error("PKCS#11: the new key is not found");
  return std::move(*out);
}

}  // namespace common::io
