// SPDX-License-Identifier: Apache-2.0
#include "common/io/system_random.hpp"

#include <cstdlib>

#include <openssl/rand.h>

namespace common::io {

void SystemRandom::fill(std::span<std::byte> out) {
  auto* bytes = reinterpret_cast<unsigned char*>(out.data());
  if (RAND_bytes(bytes, static_cast<int>(out.size())) != 1) std::abort();
}

}  // namespace common::io
