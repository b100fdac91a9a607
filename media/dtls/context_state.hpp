// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/dtls/association.hpp"
#include "media/dtls/handles.hpp"

namespace media::dtls {

struct Context::State {
  SslContextPtr ssl;
  ContextConfig config;
};

/// Called by OpenSSL for the peer's certificate during the handshake; 1 accepts. Defined beside
/// Association, whose expectations decide.
int verify_peer_certificate(X509_STORE_CTX* store, void* argument) noexcept;

}  // namespace media::dtls
