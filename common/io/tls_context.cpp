// SPDX-License-Identifier: Apache-2.0
#include "common/io/tls_context.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

namespace common::io {
namespace {

constexpr const char* tls12_ciphers =
    "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!eNULL:!SHA1:!SHA256:!SHA384";

SslCtxPtr make_context(const SSL_METHOD* method) {
  SslCtxPtr context(SSL_CTX_new(method));
  if (!context) throw std::runtime_error("TLS: " + openssl_error());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                         SSL_OP_CIPHER_SERVER_PREFERENCE);
  if (SSL_CTX_set_cipher_list(context.get(), tls12_ciphers) != 1) {
    throw std::runtime_error("TLS ciphers: " + openssl_error());
  }
  return context;
}

/// A client without ALPN is served; one that offers only other protocols is refused.
int select_http11(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                  unsigned int in_size, void*) {
  static constexpr std::string_view wanted = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  const int result = SSL_select_next_proto(&chosen, out_size,
                                           reinterpret_cast<const unsigned char*>(wanted.data()),
                                           static_cast<unsigned int>(wanted.size()), in, in_size);
  *out = chosen;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// Possession of the key has been proved; the verification's result stays readable.
int accept_any_certificate(int, X509_STORE_CTX*) { return 1; }

constexpr unsigned char session_context[] = "http";

}  // namespace

void use_certificate(SSL_CTX& context, const std::filesystem::path& certificate_chain,
                     const std::filesystem::path& private_key) {
  if (SSL_CTX_use_certificate_chain_file(&context, certificate_chain.c_str()) != 1) {
    throw std::runtime_error("TLS certificate " + certificate_chain.string() + ": " +
                             openssl_error());
  }
  if (SSL_CTX_use_PrivateKey_file(&context, private_key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(&context) != 1) {
    throw std::runtime_error("TLS private key " + private_key.string() + ": " + openssl_error());
  }
}

SslCtxPtr make_tls_server_context(const std::filesystem::path& certificate_chain,
                                  const std::filesystem::path& private_key) {
  SslCtxPtr context = make_context(TLS_server_method());
  use_certificate(*context, certificate_chain, private_key);
  SSL_CTX_set_alpn_select_cb(context.get(), select_http11, nullptr);
  return context;
}

SslCtxPtr make_tls_server_context(const HttpServerTls& tls) {
  SslCtxPtr context = make_tls_server_context(tls.certificate_chain, tls.private_key);
  // A request is one system call, not one for the record's header and one for the rest.
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_id_context(context.get(), session_context, sizeof session_context - 1);
  if (!tls.ask_client_certificate) return context;
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, accept_any_certificate);
  if (tls.client_ca && SSL_CTX_load_verify_file(context.get(), tls.client_ca->c_str()) != 1) {
    throw std::runtime_error("client CA file " + tls.client_ca->string() + ": " + openssl_error());
  }
  return context;
}

SslCtxPtr make_tls_client_context(const std::filesystem::path& ca_file) {
  SslCtxPtr context = make_context(TLS_client_method());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context.get());
  } else if (SSL_CTX_load_verify_file(context.get(), ca_file.c_str()) != 1) {
    throw std::runtime_error("CA file " + ca_file.string() + ": " + openssl_error());
  }
  return context;
}

}  // namespace common::io
