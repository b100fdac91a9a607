// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.hpp"

namespace common {

[[nodiscard]] std::string hex_encode(std::span<const std::byte> bytes);
[[nodiscard]] Result<std::vector<std::byte>> hex_decode(std::string_view text);

/// RFC 4648 section 5 without padding, as JOSE uses it.
[[nodiscard]] std::string base64url_encode(std::span<const std::byte> bytes);
/// Strict: no padding, no white space, no unused bits set.
[[nodiscard]] Result<std::vector<std::byte>> base64url_decode(std::string_view text);

/// RFC 4648 section 4 with padding.
[[nodiscard]] std::string base64_encode(std::span<const std::byte> bytes);
[[nodiscard]] Result<std::vector<std::byte>> base64_decode(std::string_view text);

[[nodiscard]] inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}
[[nodiscard]] inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Compares secrets in time that depends only on their lengths.
[[nodiscard]] bool equal_secrets(std::string_view left, std::string_view right);

/// True for well-formed UTF-8 (no overlong forms, no surrogates), RFC 3629.
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace common
