// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace media::srtp {

/// Whether this processor has what the ciphers below are made of: AES-NI, PCLMULQDQ, SSE 4.1.
[[nodiscard]] bool has_aes_ni() noexcept;

/// An expanded AES key, all in one place: with thousands of streams each packet finds its key cold,
/// and every cache line counts.
class AesNiKey {
 public:
  explicit AesNiKey(std::span<const std::uint8_t> key);  // 16 or 32 octets
  ~AesNiKey();
  AesNiKey(const AesNiKey&) = delete;
  AesNiKey& operator=(const AesNiKey&) = delete;

  [[nodiscard]] const std::uint8_t* octets() const { return round_keys_.data(); }
  [[nodiscard]] int rounds() const { return rounds_; }

 private:
  int rounds_;
  alignas(16) std::array<std::uint8_t, std::size_t{15} * 16> round_keys_{};
};

/// AES-GCM with IVs of 96 and tags of 128 bits (NIST SP 800-38D), in place and in constant time.
class AesNiGcm {
 public:
  using Iv = std::array<std::byte, 12>;

  explicit AesNiGcm(std::span<const std::uint8_t> key);
  ~AesNiGcm();
  AesNiGcm(const AesNiGcm&) = delete;
  AesNiGcm& operator=(const AesNiGcm&) = delete;

  void seal(const Iv& iv, std::span<const std::byte> aad, std::span<std::byte> text,
            std::byte* tag) noexcept;
  /// False when the tag is another; `text` is worthless then.
  [[nodiscard]] bool open(const Iv& iv, std::span<const std::byte> aad, std::span<std::byte> text,
                          const std::byte* tag) noexcept;

 private:
  alignas(16) std::array<std::uint8_t, std::size_t{4} * 16> powers_{};  // of the hash key
  AesNiKey key_;
};

/// AES in counter mode over whole 16-octet counters, in place.
class AesNiCounter {
 public:
  explicit AesNiCounter(std::span<const std::uint8_t> key) : key_(key) {}

  /// `first` is the counter of the first block; its last 32 bits count on.
  void crypt(const std::array<std::byte, 16>& first, std::span<std::byte> data) noexcept;

 private:
  AesNiKey key_;
};

}  // namespace media::srtp
