// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdlib>

#include <openssl/rsa.h>

#include "common/encoding.hpp"
#include "common/jose/json.hpp"
#include "common/jose/signing_key.hpp"
#include "common/openssl.hpp"

namespace common::jose {
namespace {

constexpr std::size_t coordinate_size = 32;
constexpr std::size_t longest_signature = 1024;  // RSA of 8192 bits

using Buffer = std::array<unsigned char, longest_signature>;

/// JOSE wants r||s where OpenSSL gives DER: SEQUENCE of two INTEGERs of at most 33 octets each.
void append_coordinate(const unsigned char*& at, std::string& out) {
  std::size_t size = at[1];
  at += 2;
  for (; size > coordinate_size; --size) ++at;  // the sign's octet
  out.append(coordinate_size - size, '\0');
  out.append(reinterpret_cast<const char*>(at), size);
  at += size;
}

std::string raw_ecdsa(const Buffer& der) {
  std::string out;
  const unsigned char* at = der.data() + 2;
  append_coordinate(at, out);
  append_coordinate(at, out);
  return out;
}

[[noreturn]] void broken() { std::abort(); }  // only a broken OpenSSL gets here

}  // namespace

struct Signer::State {
  explicit State(SigningKey given) : key(std::move(given)) {}

  std::string signature_of(std::string_view text);
  std::string sign_digest(std::string_view text);
  std::string sign_message(std::string_view text) const;

  SigningKey key;
  EvpPkeyCtxPtr context;
  std::unique_ptr<EVP_MD, Releaser<EVP_MD_free>> sha256;
  EvpMdCtxPtr digest;
  std::string header;  // base64url of the JOSE header, with the dot
};

Signer::Signer(const SigningKey& key, std::string_view type)
    : state_(std::make_unique<State>(key)) {
  State& s = *state_;
  s.digest.reset(EVP_MD_CTX_new());
  s.sha256.reset(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  if (!s.digest || !s.sha256) broken();
  if (!key.remote() && key.algorithm() != Algorithm::eddsa) {
    s.context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key.handle().get(), nullptr));
    if (!s.context || EVP_PKEY_sign_init(s.context.get()) != 1) broken();
    if (key.algorithm() == Algorithm::rs256 &&
        (EVP_PKEY_CTX_set_rsa_padding(s.context.get(), RSA_PKCS1_PADDING) != 1 ||
         EVP_PKEY_CTX_set_signature_md(s.context.get(), s.sha256.get()) != 1)) {
      broken();
    }
  }
  std::string header = R"({"alg":)";
  append_json_string(header, name_of(key.algorithm()));
  header += R"(,"kid":)";
  append_json_string(header, key.kid());
  header += R"(,"typ":)";
  append_json_string(header, type);
  header += "}";
  s.header = base64url_encode(bytes_of(header)) + ".";
}

Signer::~Signer() = default;
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;

const std::string& Signer::kid() const { return state_->key.kid(); }

std::string Signer::State::sign_digest(std::string_view text) {
  std::array<unsigned char, 32> hash{};
  Buffer signature;  // filled by EVP_PKEY_sign
  std::size_t size = signature.size();
  if (EVP_DigestInit_ex2(digest.get(), sha256.get(), nullptr) != 1 ||
      EVP_DigestUpdate(digest.get(), text.data(), text.size()) != 1 ||
      EVP_DigestFinal_ex(digest.get(), hash.data(), nullptr) != 1 ||
      EVP_PKEY_sign(context.get(), signature.data(), &size, hash.data(), hash.size()) != 1) {
    broken();
  }
  if (key.algorithm() == Algorithm::es256) return raw_ecdsa(signature);
  return {reinterpret_cast<const char*>(signature.data()), size};
}

std::string Signer::State::sign_message(std::string_view text) const {
  Buffer signature;  // filled by EVP_DigestSign
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, key.handle().get()) != 1 ||
      EVP_DigestSign(digest.get(), signature.data(), &size,
                     reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1) {
    broken();
  }
  return {reinterpret_cast<const char*>(signature.data()), size};
}

std::string Signer::State::signature_of(std::string_view text) {
  if (key.remote()) return std::string(text_of(key.remote()->sign(text)));
  return key.algorithm() == Algorithm::eddsa ? sign_message(text) : sign_digest(text);
}

std::string Signer::sign(std::string_view payload) {
  State& s = *state_;
  std::string out = s.header + base64url_encode(bytes_of(payload));
  const std::string signature = s.signature_of(out);
  out += '.';
  out += base64url_encode(bytes_of(signature));
  return out;
}

}  // namespace common::jose
