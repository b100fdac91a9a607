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
  }
  return "unknown";
}

std::error_code make_error_code(Errc code) {
  static const EnumCategory<Errc> category("common");
  return {static_cast<int>(code), category};
}

}  // namespace common
