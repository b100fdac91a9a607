// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "media/ice/lite_agent.hpp"

namespace media::relay {

/// Which leg (slot) a path belongs to. Flat, with linear probing: each packet asks, and a node on
/// the heap would be a cache miss for each.
class PathTable {
 public:
  PathTable() : entries_(least) {}

  [[nodiscard]] std::optional<std::uint32_t> find(const ice::Path& path) const;
  void set(const ice::Path& path, std::uint32_t slot);
  void erase(const ice::Path& path);
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t least = 64;  // powers of two, at most half full

  struct Entry {
    std::uint64_t tag = 0;  // hash, never zero; zero: empty
    std::uint32_t slot = 0;
    ice::Path path;
  };

  [[nodiscard]] static std::uint64_t tag_of(const ice::Path& path);
  [[nodiscard]] std::size_t home(std::uint64_t tag) const { return tag & (entries_.size() - 1); }
  [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & (entries_.size() - 1); }
  /// Where it stands, or where it would have to.
  [[nodiscard]] std::size_t place(std::uint64_t tag, const ice::Path& path) const;
  void grow();

  std::vector<Entry> entries_;
  std::size_t size_ = 0;
};

}  // namespace media::relay
