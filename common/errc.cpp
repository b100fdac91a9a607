// SPDX-License-Identifier: Apache-2.0
#include "common/errc.hpp"

#include "common/result.hpp"

namespace common {

std::string_view name_of(Errc code) {
  switch (code) {
    case Errc::invalid_encoding:
      return "invalid encoding";
    case Errc::invalid_address:
      return "invalid address";
    case Errc::invalid_configuration:
      return "invalid configuration";
    case Errc::file_unreadable:
      return "file cannot be read";
    case Errc::invalid_url:
      return "invalid URL";
    case Errc::connection_failed:
      return "connection failed";
    case Errc::tls_failed:
      return "TLS failed";
    case Errc::timed_out:
      return "timed out";
    case Errc::response_too_large:
      return "response too large";
    case Errc::malformed_response:
      return "malformed response";
    case Errc::too_many_requests:
      return "too many requests in flight";
    case Errc::cancelled:
      return "cancelled";
    case Errc::address_refused:
      return "address may not be reached";
  }
  return "unknown";
}

std::error_code make_error_code(Errc code) {
  static const EnumCategory<Errc> category("common");
  return {static_cast<int>(code), category};
}

}  // namespace common
