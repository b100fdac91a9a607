// SPDX-License-Identifier: Apache-2.0
#include "common/openssl.hpp"

#include <array>

#include <openssl/err.h>

namespace common {

std::string openssl_error() {
  unsigned long newest = 0;
  while (const unsigned long code = ERR_get_error()) newest = code;
  if (newest == 0) return "no further details";
  std::array<char, 256> text{};
  ERR_error_string_n(newest, text.data(), text.size());
  return text.data();
}

std::shared_ptr<EVP_PKEY> make_public_key(const char* type, OSSL_PARAM_BLD* builder) {
  const std::unique_ptr<OSSL_PARAM, Releaser<OSSL_PARAM_free>> params(
      OSSL_PARAM_BLD_to_param(builder));
  const EvpPkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return {key, Releaser<EVP_PKEY_free>{}};
}

}  // namespace common
