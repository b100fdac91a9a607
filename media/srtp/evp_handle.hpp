// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <openssl/evp.h>

namespace media::srtp {

struct CipherRelease {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using CipherPtr = std::unique_ptr<EVP_CIPHER_CTX, CipherRelease>;

}  // namespace media::srtp
