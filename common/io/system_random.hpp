// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/random.hpp"

namespace common::io {

/// The operating system's generator by way of OpenSSL's DRBG; aborts when it has no entropy.
class SystemRandom final : public RandomSource {
 public:
  void fill(std::span<std::byte> out) override;
};

}  // namespace common::io
