// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/openssl.hpp"
#include "wic-gateway/io/phone_server.hpp"

namespace wic::io {

/// Server context of a TLS listener, with client certificates as configured. Throws
/// std::runtime_error naming file and cause.
[[nodiscard]] common::SslCtxPtr make_phone_tls(const PhoneListenerConfig& config);

/// SHA-256 of the certificate that the peer proved to have, base64url (RFC 8705 3.1); empty without
/// one.
[[nodiscard]] std::string certificate_thumbprint(const SSL* tls);

}  // namespace wic::io
