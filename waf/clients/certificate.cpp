// SPDX-License-Identifier: Apache-2.0
#include "waf/clients/certificate.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "common/digest.hpp"
#include "common/encoding.hpp"
#include "common/endpoint.hpp"
#include "common/openssl.hpp"

namespace waf {
namespace {

using common::BioPtr;
using common::X509Ptr;
using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, common::Releaser<GENERAL_NAMES_free>>;

X509Ptr parse_der(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  return X509Ptr(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(std::max(size, 0L))};
}

std::string subject_of(const X509& certificate) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  // UTF-8 as it is, everything else as RFC 4514 (which took RFC 2253's form) escapes it.
  const unsigned long form = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
  X509_NAME_print_ex(out.get(), X509_get_subject_name(&certificate), 0, form);
  return text_of(out.get());
}

std::string_view text_of(const ASN1_STRING* value) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
          static_cast<std::size_t>(ASN1_STRING_length(value))};
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool is_address(const ASN1_OCTET_STRING* value, const std::string& wanted) {
  const auto address = common::IpAddress::parse(wanted);
  const std::string_view octets = text_of(value);
  if (!address || octets.size() != (address->is_v6() ? 16U : 4U)) return false;
  return std::equal(
      octets.begin(), octets.end(), address->octets.begin(),
      [](char c, std::uint8_t octet) { return static_cast<std::uint8_t>(c) == octet; });
}

bool is_named(const GENERAL_NAME& entry, const CertificateName& name) {
  switch (entry.type) {
    case GEN_DNS:
      return !name.san_dns.empty() && lower(text_of(entry.d.dNSName)) == lower(name.san_dns);
    case GEN_URI:
      return !name.san_uri.empty() && text_of(entry.d.uniformResourceIdentifier) == name.san_uri;
    case GEN_EMAIL:
      return !name.san_email.empty() && text_of(entry.d.rfc822Name) == name.san_email;
    case GEN_IPADD:
      return !name.san_ip.empty() && is_address(entry.d.iPAddress, name.san_ip);
    default:
      return false;
  }
}

}  // namespace

std::string certificate_thumbprint(std::string_view der) {
  return common::base64url_encode(common::sha256(der));
}

std::string certificate_thumbprint_of_pem(const std::string& pem) {
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const X509Ptr certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  if (!certificate) return {};
  std::string der(static_cast<std::size_t>(std::max(i2d_X509(certificate.get(), nullptr), 0)),
                  '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_X509(certificate.get(), &out);
  return certificate_thumbprint(der);
}

bool certificate_has_name(std::string_view der, const CertificateName& name) {
  const X509Ptr certificate = parse_der(der);
  if (!certificate) return false;
  if (!name.subject_dn.empty()) return subject_of(*certificate) == name.subject_dn;
  const GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    if (is_named(*sk_GENERAL_NAME_value(names.get(), i), name)) return true;
  }
  return false;
}

}  // namespace waf
