// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/jwks_schedule.hpp"

#include <algorithm>
#include <utility>

namespace wic {

JwksSchedule::JwksSchedule(JwksTimes times) : times_(times), retry_(times.first_retry) {}

JwksSchedule::Asked JwksSchedule::ask_for_unknown_key(common::TimePoint now) {
  // A fetch that is under way may have begun before the key was published; it is still the only
  // one that this question may cost.
  if (last_unknown_ && now < *last_unknown_ + times_.unknown_key) {
    return fetching_ ? Asked::fetching : Asked::refused;
  }
  last_unknown_ = now;
  next_fetch_ = now;
  return Asked::fetching;
}

void JwksSchedule::ask_again(common::TimePoint now) {
  next_fetch_ = now;
  again_ = fetching_;
}

bool JwksSchedule::poll_fetch(common::TimePoint now) {
  if (fetching_ || now < next_fetch_) return false;
  fetching_ = true;
  return true;
}

std::optional<common::TimePoint> JwksSchedule::poll_timeout() const {
  if (fetching_) return std::nullopt;
  return next_fetch_;
}

void JwksSchedule::handle_fetched(common::TimePoint now, KeySetPtr keys) {
  fetching_ = false;
  keys_ = std::move(keys);
  loaded_at_ = now;
  retry_ = times_.first_retry;
  next_fetch_ = std::exchange(again_, false) ? now : now + times_.refresh;
}

void JwksSchedule::handle_failure(common::TimePoint now) {
  fetching_ = false;
  next_fetch_ = now + retry_;
  again_ = false;
  retry_ = std::min(retry_ * 2, times_.last_retry);
}

KeySetPtr JwksSchedule::keys(common::TimePoint now) const {
  if (keys_ == nullptr || now >= loaded_at_ + times_.keep) return nullptr;
  return keys_;
}

}  // namespace wic
