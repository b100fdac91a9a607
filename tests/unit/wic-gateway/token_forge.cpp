// SPDX-License-Identifier: Apache-2.0
#include "token_forge.hpp"

#include <openssl/pem.h>

#include "common/encoding.hpp"
#include "common/io/key_files.hpp"
#include "common/openssl.hpp"

namespace test {

TokenForge::TokenForge(std::string kid)
    : kid_(std::move(kid)), key_(common::io::generate_signing_key(kid_)) {
  keys_.add(key_.public_key());
  const common::BioPtr out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(out.get(), key_.handle().get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  public_pem_.assign(text, static_cast<std::size_t>(size));
}

nlohmann::json TokenForge::header() const {
  return {{"typ", "at+jwt"}, {"alg", "ES256"}, {"kid", kid_}};
}

nlohmann::json TokenForge::claims(common::SystemTime now) const {
  const long long issued = common::unix_seconds(now);
  return {{"iss", "https://waf.ims.example"},
          {"aud", "sip:gateway.ims.example"},
          {"sub", "u-1"},
          {"client_id", "demo"},
          {"iat", issued},
          {"exp", issued + 600},
          {"jti", "j-1"},
          {"scope", "webrtc-ims-client-access-to-ims sip.register sip.call"},
          {"sid", "s-1"},
          {"ims",
           {{"impi", "alice@ims.example"},
            {"impus", {"sip:alice@ims.example", "tel:+15550100001"}},
            {"waf", "waf.ims.example"},
            {"wwsf", "wwsf.ims.example"},
            {"mode", "individual"}}}};
}

std::string TokenForge::good(common::SystemTime now) const { return sign(header(), claims(now)); }

std::string TokenForge::sign(const nlohmann::json& header, const nlohmann::json& claims) const {
  return sign_text(header.dump(), claims.dump());
}

std::string TokenForge::sign_text(std::string_view header, std::string_view claims) const {
  const std::string text = unsigned_token(header, claims);
  return text + "." + base64url(jose_signature(text));
}

std::string TokenForge::der_signature(std::string_view signed_text) const {
  const common::EvpMdCtxPtr context(EVP_MD_CTX_new());
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.handle().get());
  std::size_t size = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(signed_text.data());
  EVP_DigestSign(context.get(), nullptr, &size, data, signed_text.size());
  std::string der(size, '\0');
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(der.data()), &size, data,
                 signed_text.size());
  der.resize(size);
  return der;
}

std::string TokenForge::jose_signature(std::string_view signed_text) const {
  const std::string der = der_signature(signed_text);
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const common::EcdsaSigPtr pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::string out(64, '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), reinterpret_cast<unsigned char*>(out.data()), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), reinterpret_cast<unsigned char*>(out.data()) + 32, 32);
  return out;
}

std::string base64url(std::string_view text) {
  return common::base64url_encode(common::bytes_of(text));
}

std::string unsigned_token(std::string_view header, std::string_view claims) {
  return base64url(header) + "." + base64url(claims);
}

}  // namespace test
