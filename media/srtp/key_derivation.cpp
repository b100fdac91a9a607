// SPDX-License-Identifier: Apache-2.0
#include "media/srtp/key_derivation.hpp"

#include <algorithm>
#include <cstdlib>

#include <openssl/evp.h>

#include "common/openssl.hpp"

namespace media::srtp {
namespace {

/// The AES counter-mode pseudo-random function: key stream from IV (salt xor label) * 2^16.
void derive(Profile profile, const MasterKey& master, std::uint8_t label,
            std::span<std::uint8_t> out) {
  std::array<std::uint8_t, 16> iv{};
  std::copy_n(master.salt.begin(), salt_size(profile), iv.begin());
  iv[7] = static_cast<std::uint8_t>(iv[7] ^ label);
  const common::EvpCipherCtxPtr context(EVP_CIPHER_CTX_new());
  const EVP_CIPHER* cipher = key_size(profile) == 32 ? EVP_aes_256_ctr() : EVP_aes_128_ctr();
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  int length = 0;
  const bool done =
      context && EVP_EncryptInit_ex(context.get(), cipher, nullptr, master.key.data(), iv.data()) &&
      EVP_EncryptUpdate(context.get(), out.data(), &length, out.data(),
                        static_cast<int>(out.size()));
  if (!done) std::abort();  // without memory or AES nothing of this process is worth keeping
}

}  // namespace

SessionKeys derive_keys(Profile profile, const MasterKey& master, Protocol protocol) {
  const std::uint8_t base = protocol == Protocol::rtp ? 0 : 3;
  SessionKeys keys;
  derive(profile, master, base, std::span(keys.cipher).first(key_size(profile)));
  if (!is_aead(profile)) derive(profile, master, base + 1, keys.auth);
  derive(profile, master, base + 2, std::span(keys.salt).first(salt_size(profile)));
  return keys;
}

}  // namespace media::srtp
