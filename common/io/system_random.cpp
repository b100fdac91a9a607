// SPDX-License-Identifier: Apache-2.0
#include "common/io/system_random.hpp"

#include <algorithm>
#include <cstdlib>

#include <openssl/crypto.h>
#include <openssl/rand.h>

namespace common::io {

void SystemRandom::fill(std::span<std::byte> out) {
  auto* bytes = reinterpret_cast<unsigned char*>(out.data());
  if (RAND_bytes(bytes, static_cast<int>(out.size())) != 1) std::abort();
}

PooledRandom::~PooledRandom() { OPENSSL_cleanse(pool_.data(), pool_.size()); }

void PooledRandom::fill(std::span<std::byte> out) {
  if (out.size() > pool_.size()) return SystemRandom().fill(out);
  if (pool_.size() - used_ < out.size()) {
    SystemRandom().fill(pool_);
    used_ = 0;
  }
  const auto taken = std::span(pool_).subspan(used_, out.size());
  std::copy(taken.begin(), taken.end(), out.begin());
  OPENSSL_cleanse(taken.data(), taken.size());
  used_ += out.size();
}

}  // namespace common::io
