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
  // HTTP client
  invalid_url,
  connection_failed,  // name look-up or TCP
  tls_failed,         // handshake or certificate
  timed_out,
  response_too_large,
  malformed_response,
  too_many_requests,
  cancelled,
  address_refused,  // a private address where only public ones may be reached
};

[[nodiscard]] std::string_view name_of(Errc code);
[[nodiscard]] std::error_code make_error_code(Errc code);

}  // namespace common

template <>
struct std::is_error_code_enum<common::Errc> : std::true_type {};
