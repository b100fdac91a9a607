// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/phone_tls.hpp"

#include <stdexcept>

#include "common/digest.hpp"
#include "common/encoding.hpp"
#include "wic-gateway/io/ws_tls.hpp"

namespace wic::io {

common::SslCtxPtr make_phone_tls(const PhoneListenerConfig& config) {
  common::SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
  if (context == nullptr) throw std::runtime_error("TLS for phones: " + common::openssl_error());
  harden(context.get());
  SSL_CTX_set_cipher_list(context.get(), tls12_ciphers);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (auto usable = load_certificate(context.get(), config.certificate, config.private_key);
      !usable) {
    throw std::runtime_error(usable.error().message());
  }
  if (config.client_certificates == ClientCertificates::none) return context;
  const std::string ca = config.client_ca->string();
  STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(ca.c_str());
  if (names == nullptr || SSL_CTX_load_verify_locations(context.get(), ca.c_str(), nullptr) != 1) {
    throw std::runtime_error(ca + ": " + common::openssl_error());
  }
  SSL_CTX_set_client_CA_list(context.get(), names);
  const bool required = config.client_certificates == ClientCertificates::required;
  SSL_CTX_set_verify(context.get(),
                     SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
  // A resumed session would stand for a certificate that nobody has looked at again.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context.get(), 0);
  return context;
}

std::string certificate_thumbprint(const SSL* tls) {
  const common::X509Ptr certificate(SSL_get1_peer_certificate(tls));
  if (certificate == nullptr || SSL_get_verify_result(tls) != X509_V_OK) return {};
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate.get(), &der);
  if (size <= 0) return {};
  const std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return common::base64url_encode(common::sha256(text));
}

}  // namespace wic::io
