// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/ws_tls.hpp"

#include <string>

#include "wic-gateway/errc.hpp"

namespace wic::io {
namespace {

bool read_files(SSL_CTX* context, const std::string& certificate, const std::string& key) {
  return SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) == 1 &&
         SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1 &&
         SSL_CTX_check_private_key(context) == 1;
}

}  // namespace

void harden(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(
      context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
}

common::Result<void> load_certificate(SSL_CTX* context, const std::filesystem::path& certificate,
                                      const std::filesystem::path& private_key) {
  // A trial first: a context with a new chain and an old key would serve nobody.
  const common::SslCtxPtr trial(SSL_CTX_new(TLS_server_method()));
  if (!read_files(trial.get(), certificate.string(), private_key.string())) {
    return common::fail(Errc::tls_setup_failed, certificate.string() + ", " + private_key.string() +
                                                    ": " + common::openssl_error());
  }
  if (!read_files(context, certificate.string(), private_key.string())) {
    return common::fail(Errc::tls_setup_failed, common::openssl_error());
  }
  return {};
}

}  // namespace wic::io
