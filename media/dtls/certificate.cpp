// SPDX-License-Identifier: Apache-2.0
#include "media/dtls/certificate.hpp"

#include <array>
#include <utility>

#include <openssl/ec.h>
#include <openssl/pem.h>

#include "media/dtls/handles.hpp"
#include "media/errc.hpp"

namespace media::dtls {
namespace {

struct Hash {
  std::string_view name;
  const EVP_MD* (*function)();
};
constexpr std::array accepted_hashes{Hash{"sha-256", EVP_sha256}, Hash{"sha-384", EVP_sha384},
                                     Hash{"sha-512", EVP_sha512}};

common::Error unusable(std::string why) {
  return {make_error_code(Errc::certificate_unusable), std::move(why)};
}

bool fill_certificate(X509* certificate, EVP_PKEY* key, common::SystemTime now,
                      std::uint64_t serial) {
  const auto at = static_cast<time_t>(common::unix_seconds(now));
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* common_name = reinterpret_cast<const unsigned char*>("WebRTC media");
  // RFC 5280 4.1.2.2 wants a positive serial number.
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1U | 1U) == 1 &&
         X509_time_adj_ex(X509_getm_notBefore(certificate), -1, 0, const_cast<time_t*>(&at)) &&
         X509_time_adj_ex(X509_getm_notAfter(certificate), 365, 0, const_cast<time_t*>(&at)) &&
         X509_set_pubkey(certificate, key) == 1 &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

bool is_p256(EVP_PKEY* key) {
  std::array<char, 64> group{};
  std::size_t length = 0;
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
         std::string_view(group.data(), length) == "prime256v1";
}

BioPtr bio_of(std::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

common::Result<Certificate> Certificate::self_signed(common::SystemTime now, std::uint64_t serial) {
  PkeyPtr key(EVP_EC_gen("P-256"));
  X509Ptr certificate(X509_new());
  if (!key || !certificate || !fill_certificate(certificate.get(), key.get(), now, serial)) {
    return common::fail(unusable(take_openssl_error()));
  }
  Certificate made;
  made.key_ = std::shared_ptr<EVP_PKEY>(key.release(), EVP_PKEY_free);
  made.certificate_ = std::shared_ptr<X509>(certificate.release(), X509_free);
  return made;
}

common::Result<Certificate> Certificate::from_pem(std::string_view certificate,
                                                  std::string_view private_key) {
  X509Ptr parsed(PEM_read_bio_X509(bio_of(certificate).get(), nullptr, nullptr, nullptr));
  PkeyPtr key(PEM_read_bio_PrivateKey(bio_of(private_key).get(), nullptr, nullptr, nullptr));
  if (!parsed || !key) return common::fail(unusable(take_openssl_error()));
  if (!is_p256(key.get())) return common::fail(unusable("the key is not ECDSA P-256"));
  if (X509_check_private_key(parsed.get(), key.get()) != 1) {
    return common::fail(unusable("key and certificate do not belong together"));
  }
  Certificate made;
  made.key_ = std::shared_ptr<EVP_PKEY>(key.release(), EVP_PKEY_free);
  made.certificate_ = std::shared_ptr<X509>(parsed.release(), X509_free);
  return made;
}

std::string Certificate::certificate_pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate_.get());
  return text_of(bio.get());
}

std::string Certificate::private_key_pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio.get());
}

Fingerprint Certificate::fingerprint() const {
  return {"sha-256", certificate_hash(*certificate_, "sha-256")};
}

bool is_accepted_hash(std::string_view algorithm) {
  for (const Hash& hash : accepted_hashes) {
    if (hash.name == algorithm) return true;
  }
  return false;
}

std::string certificate_hash(const x509_st& certificate, std::string_view algorithm) {
  for (const Hash& hash : accepted_hashes) {
    if (hash.name != algorithm) continue;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (X509_digest(&certificate, hash.function(), digest.data(), &size) != 1) return {};
    std::string text;
    for (unsigned int i = 0; i < size; ++i) {
      constexpr std::string_view digits = "0123456789ABCDEF";
      if (i > 0) text.push_back(':');
      text.push_back(digits[digest[i] >> 4U]);
      text.push_back(digits[digest[i] & 15U]);
    }
    return text;
  }
  return {};
}

}  // namespace media::dtls
