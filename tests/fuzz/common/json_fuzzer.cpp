// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <nlohmann/json.hpp>

#include "common/jose/json.hpp"

// What is accepted prints and parses to the same value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = common::jose::parse_json(text, {});
  if (!value) return 0;
  const auto again = common::jose::parse_json(value->dump(), {.max_bytes = 1U << 20U});
  if (!again || *again != *value) std::abort();
  return 0;
}
