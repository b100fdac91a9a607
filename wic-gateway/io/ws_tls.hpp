// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "common/openssl.hpp"
#include "common/result.hpp"

namespace wic::io {

/// TLS 1.2 suites of TS 33.310 Annex E that have forward secrecy and authenticated encryption.
inline constexpr const char* tls12_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

/// What libwebsockets leaves open: versions, renegotiation, and that an idle connection must not
/// keep TLS buffers or a cached session.
void harden(SSL_CTX* context);

/// Reads a chain and its key into `context`; unusable or unfitting files leave it as it was.
[[nodiscard]] common::Result<void> load_certificate(SSL_CTX* context,
                                                    const std::filesystem::path& certificate,
                                                    const std::filesystem::path& private_key);

}  // namespace wic::io
