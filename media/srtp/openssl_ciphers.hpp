// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "common/openssl.hpp"
#include "media/srtp/transform.hpp"

namespace media::srtp {

/// As AesNiGcm, on a reused OpenSSL context, for one direction.
class OpensslGcm {
 public:
  using Iv = std::array<std::byte, 12>;

  OpensslGcm(Direction direction, std::span<const std::uint8_t> key);

  void seal(const Iv& iv, std::span<const std::byte> aad, std::span<std::byte> text,
            std::byte* tag) noexcept;
  [[nodiscard]] bool open(const Iv& iv, std::span<const std::byte> aad, std::span<std::byte> text,
                          const std::byte* tag) noexcept;

 private:
  common::EvpCipherCtxPtr context_;
};

/// As AesNiCounter, on a reused OpenSSL context; keys of 16 octets.
class OpensslCounter {
 public:
  explicit OpensslCounter(std::span<const std::uint8_t> key);

  void crypt(const std::array<std::byte, 16>& first, std::span<std::byte> data) noexcept;

 private:
  common::EvpCipherCtxPtr context_;
};

}  // namespace media::srtp
