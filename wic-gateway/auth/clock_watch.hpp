// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "common/time.hpp"

namespace wic {

/// Compares our clock with the issuer's by the Date of its answers: clocks that differ by more than
/// the leeway of tokens refuse good ones, or take expired ones for good (token-auth 7, attack 30).
class ClockWatch {
 public:
  /// How far apart the clocks may be: the leeway for "exp" and "nbf".
  explicit ClockWatch(std::chrono::seconds allowed) : allowed_(allowed) {}

  enum class Verdict { unchanged, apart, together };
  /// `date`: IMF-fixdate (RFC 9110 5.6.7); another form tells nothing. `apart` and `together` are
  /// said once for each change.
  Verdict note(std::string_view date, common::SystemTime ours);

  /// Ours minus the issuer's.
  [[nodiscard]] std::chrono::seconds difference() const { return difference_; }

 private:
  std::chrono::seconds allowed_;
  std::chrono::seconds difference_{0};
  bool apart_ = false;
};

/// "Wed, 25 Nov 2026 09:00:00 GMT"
[[nodiscard]] std::optional<common::SystemTime> parse_http_date(std::string_view text);

}  // namespace wic
