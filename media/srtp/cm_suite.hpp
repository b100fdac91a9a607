// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/srtp/hmac_sha1.hpp"
#include "media/srtp/key_derivation.hpp"
#include "media/srtp/transform.hpp"

namespace media::srtp {

/// AES in counter mode with HMAC-SHA1 (RFC 3711 4.1.1, 4.2.1) under one direction's session keys;
/// `Cipher` is AesNiCounter or OpensslCounter.
/// seal_*() return the new size; open_*() too, and zero when the packet is not authentic.
template <class Cipher>
class CmSuite {
 public:
  CmSuite(Direction direction, Profile profile, const MasterKey& master);

  [[nodiscard]] std::size_t seal_rtp(std::span<std::byte> buffer, std::size_t header,
                                     std::size_t size, std::uint32_t ssrc,
                                     std::uint64_t index) noexcept;
  [[nodiscard]] std::size_t open_rtp(std::span<std::byte> packet, std::size_t header,
                                     std::uint32_t ssrc, std::uint64_t index) noexcept;
  [[nodiscard]] std::size_t seal_rtcp(std::span<std::byte> buffer, std::size_t size,
                                      std::uint32_t ssrc, std::uint32_t index) noexcept;
  [[nodiscard]] std::size_t open_rtcp(std::span<std::byte> packet, std::uint32_t ssrc,
                                      std::uint32_t index) noexcept;
  /// Where the word with E bit and index lies in a SRTCP packet of this size.
  [[nodiscard]] static std::size_t index_offset(std::size_t size) { return size - tag_80 - 4; }
  [[nodiscard]] std::size_t rtp_overhead() const { return rtp_tag_; }
  [[nodiscard]] static std::size_t rtcp_overhead() { return tag_80 + 4; }

 private:
  static constexpr std::size_t tag_80 = 10;
  struct Half {
    explicit Half(const SessionKeys& keys);
    void crypt(std::span<std::byte> data, std::uint32_t ssrc, std::uint64_t index) noexcept;

    std::array<std::uint8_t, max_salt_size> salt;
    Cipher cipher;
    HmacSha1 auth;
  };

  Half rtp_;
  Half rtcp_;
  std::size_t rtp_tag_;
};

}  // namespace media::srtp
