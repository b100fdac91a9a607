// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/srtp/key_derivation.hpp"
#include "media/srtp/transform.hpp"

namespace media::srtp {

/// AES-GCM with 16-octet tags (RFC 7714) under one direction's session keys; `Cipher` is AesNiGcm
/// or OpensslGcm. Same contract as CmSuite.
template <class Cipher>
class GcmSuite {
 public:
  GcmSuite(Direction direction, Profile profile, const MasterKey& master);
  GcmSuite(Direction direction, Profile profile, const SessionKeys& rtp, const SessionKeys& rtcp);

  [[nodiscard]] std::size_t seal_rtp(std::span<std::byte> buffer, std::size_t header,
                                     std::size_t size, std::uint32_t ssrc,
                                     std::uint64_t index) noexcept;
  [[nodiscard]] std::size_t open_rtp(std::span<std::byte> packet, std::size_t header,
                                     std::uint32_t ssrc, std::uint64_t index) noexcept;
  [[nodiscard]] std::size_t seal_rtcp(std::span<std::byte> buffer, std::size_t size,
                                      std::uint32_t ssrc, std::uint32_t index) noexcept;
  [[nodiscard]] std::size_t open_rtcp(std::span<std::byte> packet, std::uint32_t ssrc,
                                      std::uint32_t index) noexcept;
  [[nodiscard]] static std::size_t index_offset(std::size_t size) { return size - 4; }
  [[nodiscard]] static std::size_t rtp_overhead() { return tag; }
  [[nodiscard]] static std::size_t rtcp_overhead() { return tag + 4; }

 private:
  static constexpr std::size_t tag = 16;
  struct Half {
    Half(Direction direction, Profile profile, const SessionKeys& keys);
    [[nodiscard]] typename Cipher::Iv iv(std::uint32_t ssrc, std::uint64_t index) const noexcept;

    std::array<std::uint8_t, 12> salt{};
    Cipher cipher;
  };

  Half rtp_;
  Half rtcp_;
};

}  // namespace media::srtp
