// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "common/result.hpp"
#include "common/time.hpp"

namespace waf {

/// Text that goes through a user's browser and comes back unchanged, within its time and bound to
/// the browser it was made for: form state without a row in the store for every visitor.
class Sealer {
 public:
  explicit Sealer(std::string key) : key_(std::move(key)) {}

  [[nodiscard]] std::string seal(std::string_view purpose, std::string_view binding,
                                 std::string_view text, common::SystemTime expires_at) const;
  /// Errc::stale_form for anything that seal() did not make for this purpose and binding, or late.
  [[nodiscard]] common::Result<std::string> open(std::string_view purpose, std::string_view binding,
                                                 std::string_view sealed,
                                                 common::SystemTime now) const;

 private:
  std::string key_;
};

}  // namespace waf
