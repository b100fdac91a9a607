// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ims-interface/registration/reg_event.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(
      ims::parse_reginfo(std::string_view(reinterpret_cast<const char*>(data), size)));
  return 0;
}
