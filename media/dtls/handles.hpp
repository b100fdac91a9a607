// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <openssl/err.h>

#include "common/openssl.hpp"

namespace media::dtls {

using common::BioPtr;
using common::SslPtr;
using common::X509Ptr;
using PkeyPtr = common::EvpPkeyPtr;
using SslContextPtr = common::SslCtxPtr;

/// The newest entry of OpenSSL's error queue, which is emptied.
[[nodiscard]] inline std::string take_openssl_error() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "unknown cause" : reason;
}

}  // namespace media::dtls
