// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "waf/settings.hpp"
#include "waf/store/store.hpp"

namespace waf {

/// Slows down guessing on one account, known or not: the second failure waits 1 s, each further
/// one twice as long, and the tenth locks for 15 minutes. Existing sessions stay usable.
class LoginThrottle {
 public:
  LoginThrottle(const Settings& settings, Store& store) : settings_(settings), store_(store) {}

  /// Zero: the attempt may go on and is counted as failed until succeeded(), so that parallel
  /// attempts are no way around. Otherwise how long to wait.
  [[nodiscard]] seconds begin(std::string_view user_name, SystemTime now);
  void succeeded(std::string_view user_name);
  /// The attempt was never carried out: takes back what begin() counted.
  void take_back(std::string_view user_name, SystemTime now);

 private:
  const Settings& settings_;
  Store& store_;
};

}  // namespace waf
