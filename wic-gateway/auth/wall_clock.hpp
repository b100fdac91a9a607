// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/time.hpp"

namespace wic {

/// Where the date comes from; tokens carry dates, timers do not.
class WallClock {
 public:
  virtual ~WallClock() = default;
  [[nodiscard]] virtual common::SystemTime now() = 0;
};

}  // namespace wic
