// SPDX-License-Identifier: Apache-2.0

// The EVP interface of OpenSSL 3 allocates whenever a half-fed hash is copied, which is what makes
// precomputed pads possible: the low-level interface copies a plain struct instead.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "media/srtp/hmac_sha1.hpp"

#include <algorithm>
#include <cstring>

#include <openssl/sha.h>

namespace media::srtp {
namespace {

constexpr std::size_t block_size = 64;

SHA_CTX padded(std::span<const std::uint8_t> key, std::uint8_t pad) {
  std::array<std::uint8_t, block_size> block{};
  std::copy_n(key.begin(), std::min(key.size(), block.size()), block.begin());
  for (std::uint8_t& octet : block) octet = static_cast<std::uint8_t>(octet ^ pad);
  SHA_CTX context;
  SHA1_Init(&context);
  SHA1_Update(&context, block.data(), block.size());
  return context;
}

}  // namespace

HmacSha1::HmacSha1(std::span<const std::uint8_t> key) {
  static_assert(sizeof(SHA_CTX) <= sizeof(HashState));
  const SHA_CTX inner = padded(key, 0x36);
  const SHA_CTX outer = padded(key, 0x5c);
  std::memcpy(inner_.octets.data(), &inner, sizeof inner);
  std::memcpy(outer_.octets.data(), &outer, sizeof outer);
}

HmacSha1::Digest HmacSha1::sign(std::span<const std::byte> message,
                                std::span<const std::byte> suffix) const noexcept {
  SHA_CTX context;
  Digest digest;
  std::memcpy(&context, inner_.octets.data(), sizeof context);
  SHA1_Update(&context, message.data(), message.size());
  if (!suffix.empty()) SHA1_Update(&context, suffix.data(), suffix.size());
  SHA1_Final(digest.data(), &context);
  std::memcpy(&context, outer_.octets.data(), sizeof context);
  SHA1_Update(&context, digest.data(), digest.size());
  SHA1_Final(digest.data(), &context);
  return digest;
}

}  // namespace media::srtp
