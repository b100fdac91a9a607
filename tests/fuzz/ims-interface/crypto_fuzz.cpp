// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ims-interface/sdp/crypto.hpp"

/// Any text as the value of an a=crypto line. What is taken has a key of its suite's length, and
/// printed it is taken again as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto line = ims::sdp::parse_crypto({reinterpret_cast<const char*>(data), size});
  if (!line) return 0;
  if (line->key.key_and_salt.size() != ims::sdp::key_size_of(line->key.suite)) std::abort();
  const auto printed = ims::sdp::crypto_attribute(line->tag, line->key);
  const auto again = ims::sdp::parse_crypto(*printed.value);
  if (!again || again->tag != line->tag || !(again->key == line->key)) std::abort();
  return 0;
}
