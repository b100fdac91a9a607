// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace waf::io {

/// Records by id in memory: what nearly every request reads and hardly any writes. Bounded; the
/// store empties it whenever it may be wrong.
template <class Record>
class RecordCache {
 public:
  [[nodiscard]] const Record* find(std::string_view id) const {
    const auto found = records_.find(id);
    return found == records_.end() ? nullptr : &found->second;
  }
  void put(const Record& record) {
    if (records_.size() >= most_records) records_.clear();
    records_.insert_or_assign(record.id, record);
  }
  void clear() { records_.clear(); }

 private:
  static constexpr std::size_t most_records = 20'000;

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  std::unordered_map<std::string, Record, Hash, std::equal_to<>> records_;
};

}  // namespace waf::io
