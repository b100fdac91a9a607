// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/time.hpp"

namespace waf::io {

[[nodiscard]] inline common::SystemTime now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace waf::io
