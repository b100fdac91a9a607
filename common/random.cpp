// SPDX-License-Identifier: Apache-2.0
#include "common/random.hpp"

#include <vector>

#include "common/encoding.hpp"

namespace common {

std::uint32_t RandomSource::u32() {
  std::uint32_t value = 0;
  fill(std::as_writable_bytes(std::span(&value, 1)));
  return value;
}

std::uint64_t RandomSource::u64() {
  std::uint64_t value = 0;
  fill(std::as_writable_bytes(std::span(&value, 1)));
  return value;
}

std::string RandomSource::hex(std::size_t bytes) {
  std::vector<std::byte> buffer(bytes);
  fill(buffer);
  return hex_encode(buffer);
}

std::string RandomSource::base64url(std::size_t bytes) {
  std::vector<std::byte> buffer(bytes);
  fill(buffer);
  return base64url_encode(buffer);
}

}  // namespace common
