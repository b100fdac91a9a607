// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "common/openssl.hpp"

namespace common::io {

/// A server context: TLS 1.2 and 1.3, AEAD suites with forward secrecy, no renegotiation, ALPN
/// http/1.1. Throws std::runtime_error naming the file that cannot be used.
[[nodiscard]] SslCtxPtr make_tls_server_context(const std::filesystem::path& certificate_chain,
                                                const std::filesystem::path& private_key);

/// A client context that verifies the peer against `ca_file`, or the system's store when empty.
[[nodiscard]] SslCtxPtr make_tls_client_context(const std::filesystem::path& ca_file);

}  // namespace common::io
