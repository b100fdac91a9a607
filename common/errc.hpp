// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <system_error>

namespace common {

/// Failures of the shared building blocks.
enum class Errc {
  invalid_encoding = 1,  // base64url, hex, UTF-8
  invalid_address,       // IP address, port, host:port
  invalid_configuration,
  file_unreadable,
};

[[nodiscard]] std::string_view name_of(Errc code);
[[nodiscard]] std::error_code make_error_code(Errc code);

}  // namespace common

template <>
struct std::is_error_code_enum<common::Errc> : std::true_type {};
