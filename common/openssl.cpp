// SPDX-License-Identifier: Apache-2.0
#include "common/openssl.hpp"

#include <array>

#include <openssl/err.h>

namespace common {

std::string openssl_error() {
  unsigned long newest = 0;
  while (const unsigned long code = ERR_get_error()) newest = code;
  if (newest == 0) return "no further details";
  std::array<char, 256> text{};
  ERR_error_string_n(newest, text.data(), text.size());
  return text.data();
}

}  // namespace common
