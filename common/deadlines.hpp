// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "common/time.hpp"

namespace common {

/// Many deadlines of one owner: at most one for each key, set again at will, logarithmic in their
/// number. The owner sleeps until next() and then pops what is due.
template <class Key>
class Deadlines {
 public:
  void set(const Key& key, TimePoint at) {
    const auto [entry, is_new] = at_.try_emplace(key, at);
    if (!is_new) {
      if (entry->second == at) return;
      due_.erase({entry->second, key});
      entry->second = at;
    }
    due_.insert({at, key});
  }
  void clear(const Key& key) {
    const auto found = at_.find(key);
    if (found == at_.end()) return;
    due_.erase({found->second, key});
    at_.erase(found);
  }
  /// The next key that is due, taken out.
  [[nodiscard]] std::optional<Key> pop(TimePoint now) {
    if (due_.empty() || due_.begin()->first > now) return std::nullopt;
    Key key = due_.begin()->second;
    clear(key);
    return key;
  }
  [[nodiscard]] std::optional<TimePoint> next() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first;
  }

 private:
  std::map<Key, TimePoint> at_;
  std::set<std::pair<TimePoint, Key>> due_;
};

}  // namespace common
