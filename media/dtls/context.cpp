// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <string>

#include <openssl/srtp.h>

#include "media/dtls/context_state.hpp"

namespace media::dtls {
namespace {

// Forward secrecy and AEAD first; the CBC suites are those that RFC 8827 6.5 still lets peers need.
constexpr const char* cipher_list =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA";

std::string joined_names(const std::vector<srtp::Profile>& profiles) {
  std::string names;
  for (const srtp::Profile profile : profiles) {
    if (!names.empty()) names.push_back(':');
    names += srtp::name_of(profile);
  }
  return names;
}

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("DTLS ") + what + ": " + take_openssl_error());
}

}  // namespace

Context::Context(const Certificate& certificate, ContextConfig config)
    : state_(std::make_unique<State>()) {
  state_->config = std::move(config);
  state_->ssl.reset(SSL_CTX_new(DTLS_method()));
  SSL_CTX* ssl = state_->ssl.get();
  require(ssl != nullptr, "context");
  require(SSL_CTX_set_min_proto_version(ssl, DTLS1_2_VERSION) == 1, "version");
  require(SSL_CTX_set_cipher_list(ssl, cipher_list) == 1, "ciphers");
  require(SSL_CTX_set1_groups_list(ssl, "X25519:P-256:P-384") == 1, "groups");
  require(SSL_CTX_use_certificate(ssl, certificate.x509()) == 1, "certificate");
  require(SSL_CTX_use_PrivateKey(ssl, certificate.key()) == 1, "private key");
  // This function alone of OpenSSL's returns zero for success.
  require(SSL_CTX_set_tlsext_use_srtp(ssl, joined_names(state_->config.profiles).c_str()) == 0,
          "SRTP profiles");
  SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_QUERY_MTU |
                               SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(ssl, verify_peer_certificate, nullptr);
}

Context::~Context() = default;

}  // namespace media::dtls
