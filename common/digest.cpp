// SPDX-License-Identifier: Apache-2.0
#include "common/digest.hpp"

#include <cstdlib>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace common {
namespace {

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Sha256 sha256(std::string_view text) {
  Sha256 out{};
  if (EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr,
                 EVP_sha256(), nullptr) != 1) {
    std::abort();
  }
  return out;
}

Sha256 hmac_sha256(std::string_view key, std::string_view text) {
  Sha256 out{};
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(text), text.size(),
           reinterpret_cast<unsigned char*>(out.data()), nullptr) == nullptr) {
    std::abort();
  }
  return out;
}

}  // namespace common
