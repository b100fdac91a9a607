// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_certificate.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "common/openssl.hpp"

namespace test {
namespace {

void add_name(X509* certificate, const std::string& common_name) {
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate, name);
  X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name,
                                              "DNS:localhost,IP:127.0.0.1,IP:::1");
  X509_add_ext(certificate, names, -1);
  X509_EXTENSION_free(names);
}

template <class Write>
void write_pem(const std::filesystem::path& file, Write write) {
  const common::BioPtr out(BIO_new_file(file.c_str(), "w"));
  if (out == nullptr || write(out.get()) != 1) {
    throw std::runtime_error("cannot write " + file.string());
  }
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "gateway-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void write_certificate(const std::filesystem::path& certificate,
                       const std::filesystem::path& private_key, const std::string& common_name) {
  const common::EvpPkeyPtr key(EVP_EC_gen("P-256"));
  const common::X509Ptr made(X509_new());
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 24 * 3600);
  X509_set_pubkey(made.get(), key.get());
  add_name(made.get(), common_name);
  X509_sign(made.get(), key.get(), EVP_sha256());
  write_pem(certificate, [&](BIO* out) { return PEM_write_bio_X509(out, made.get()); });
  write_pem(private_key, [&](BIO* out) {
    return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

}  // namespace test
