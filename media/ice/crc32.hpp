// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace media::ice {

/// CRC-32 of ISO 3309, as STUN's FINGERPRINT uses it (RFC 8489 14.7).
[[nodiscard]] std::uint32_t crc32(std::span<const std::byte> bytes) noexcept;

}  // namespace media::ice
