// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "common/jose/jwk.hpp"
#include "common/time.hpp"

namespace wic {

using KeySetPtr = std::shared_ptr<const common::jose::KeySet>;

struct JwksTimes {
  std::chrono::milliseconds refresh = std::chrono::minutes(10);
  std::chrono::milliseconds keep = std::chrono::hours(24);
  std::chrono::milliseconds unknown_key = std::chrono::seconds(60);
  std::chrono::milliseconds first_retry = std::chrono::seconds(1);
  std::chrono::milliseconds last_retry = std::chrono::seconds(60);
};

/// When to ask the issuer for its key set, and how long an old one stays good (token-auth 6.4). One
/// fetch at a time; failures back off; a flood of unknown key ids costs one fetch in `unknown_key`.
class JwksSchedule {
 public:
  explicit JwksSchedule(JwksTimes times);

  enum class Asked {
    fetching,  // an answer will come: hold the request
    refused,   // asked a moment ago: the key does not exist
  };
  /// Somebody met a key id that the set lacks.
  Asked ask_for_unknown_key(common::TimePoint now);
  /// The issuer said itself that its keys changed, or the operator did: fetches in any case, after
  /// a fetch that is under way once more.
  void ask_again(common::TimePoint now);

  /// True once for each fetch that the shell must start now.
  [[nodiscard]] bool poll_fetch(common::TimePoint now);
  [[nodiscard]] std::optional<common::TimePoint> poll_timeout() const;

  void handle_fetched(common::TimePoint now, KeySetPtr keys);
  void handle_failure(common::TimePoint now);

  /// The last good set, or null when there is none or it is older than `keep`.
  [[nodiscard]] KeySetPtr keys(common::TimePoint now) const;
  [[nodiscard]] bool fetching() const { return fetching_; }

 private:
  JwksTimes times_;
  KeySetPtr keys_;
  common::TimePoint loaded_at_{};
  common::TimePoint next_fetch_{};  // the epoch: at once
  std::optional<common::TimePoint> last_unknown_;
  std::chrono::milliseconds retry_;
  bool fetching_ = false;
  bool again_ = false;  // what is being fetched may be of before
};

}  // namespace wic
