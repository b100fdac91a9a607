// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "common/io/http_server.hpp"
#include "common/openssl.hpp"

namespace common::io {

/// A server context: TLS 1.2 and 1.3, AEAD suites with forward secrecy, no renegotiation, ALPN
/// http/1.1. Throws std::runtime_error naming the file that cannot be used.
[[nodiscard]] SslCtxPtr make_tls_server_context(const std::filesystem::path& certificate_chain,
                                                const std::filesystem::path& private_key);

/// The same, asking clients for a certificate when that is wanted. Whoever shows none, or one that
/// nobody vouches for, gets in as well: what it is worth is the handler's business.
[[nodiscard]] SslCtxPtr make_tls_server_context(const HttpServerTls& tls);

/// A client context that verifies the peer against `ca_file`, or the system's store when empty.
[[nodiscard]] SslCtxPtr make_tls_client_context(const std::filesystem::path& ca_file);

/// Gives the context an identity to show. Throws std::runtime_error naming the file that cannot be
/// used.
void use_certificate(SSL_CTX& context, const std::filesystem::path& certificate_chain,
                     const std::filesystem::path& private_key);

}  // namespace common::io
