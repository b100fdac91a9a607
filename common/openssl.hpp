// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace common {

/// Deleter that calls a C library's release function.
template <auto Release>
struct Releaser {
  template <class T>
  void operator()(T* handle) const noexcept {
    Release(handle);
  }
};

using BioPtr = std::unique_ptr<BIO, Releaser<BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, Releaser<BN_free>>;
using EcdsaSigPtr = std::unique_ptr<ECDSA_SIG, Releaser<ECDSA_SIG_free>>;
using EvpCipherCtxPtr = std::unique_ptr<EVP_CIPHER_CTX, Releaser<EVP_CIPHER_CTX_free>>;
using EvpMdCtxPtr = std::unique_ptr<EVP_MD_CTX, Releaser<EVP_MD_CTX_free>>;
using EvpPkeyCtxPtr = std::unique_ptr<EVP_PKEY_CTX, Releaser<EVP_PKEY_CTX_free>>;
using EvpPkeyPtr = std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY_free>>;
using SslCtxPtr = std::unique_ptr<SSL_CTX, Releaser<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, Releaser<SSL_free>>;
using X509Ptr = std::unique_ptr<X509, Releaser<X509_free>>;

/// The newest entry of OpenSSL's error queue as text; empties the queue.
[[nodiscard]] std::string openssl_error();

/// A public key of OpenSSL's type ("EC", "RSA") with these parameters; null when they make none.
[[nodiscard]] std::shared_ptr<EVP_PKEY> make_public_key(const char* type, OSSL_PARAM_BLD* builder);

}  // namespace common
