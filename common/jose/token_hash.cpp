// SPDX-License-Identifier: Apache-2.0
#include "common/jose/token_hash.hpp"

#include <array>
#include <cstdlib>
#include <span>

#include <openssl/evp.h>

#include "common/encoding.hpp"

namespace common::jose {

std::string access_token_hash(std::string_view access_token, Algorithm algorithm) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  const EVP_MD* digest = algorithm == Algorithm::eddsa ? EVP_sha512() : EVP_sha256();
  if (EVP_Digest(access_token.data(), access_token.size(), hash.data(), &size, digest, nullptr) !=
      1) {
    std::abort();
  }
  return base64url_encode(std::as_bytes(std::span(hash)).first(size / 2));
}

}  // namespace common::jose
