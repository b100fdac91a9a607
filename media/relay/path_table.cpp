// SPDX-License-Identifier: Apache-2.0
#include "media/relay/path_table.hpp"

#include <utility>

namespace media::relay {

std::uint64_t PathTable::tag_of(const ice::Path& path) {
  std::uint64_t mixed = std::hash<common::Endpoint>{}(path.remote) + path.socket;
  mixed *= 0x9e37'79b9'7f4a'7c15;
  return (mixed ^ mixed >> 32U) | 1U << 31U;
}

std::size_t PathTable::place(std::uint64_t tag, const ice::Path& path) const {
  std::size_t at = home(tag);
  while (entries_[at].tag != 0 && (entries_[at].tag != tag || entries_[at].path != path)) {
    at = next(at);
  }
  return at;
}

std::optional<std::uint32_t> PathTable::find(const ice::Path& path) const {
  const Entry& entry = entries_[place(tag_of(path), path)];
  return entry.tag == 0 ? std::nullopt : std::optional(entry.slot);
}

void PathTable::set(const ice::Path& path, std::uint32_t slot) {
  const std::uint64_t tag = tag_of(path);
  std::size_t at = place(tag, path);
  if (entries_[at].tag == 0) {
    if (2 * (size_ + 1) > entries_.size()) {
      grow();
      at = place(tag, path);
    }
    ++size_;
  }
  entries_[at] = {tag, slot, path};
}

void PathTable::erase(const ice::Path& path) {
  std::size_t hole = place(tag_of(path), path);
  if (entries_[hole].tag == 0) return;
  --size_;
  // What probed past the hole moves up, so that no search ends too early.
  for (std::size_t at = next(hole); entries_[at].tag != 0; at = next(at)) {
    const std::size_t mask = entries_.size() - 1;
    const std::size_t from_home = (at - home(entries_[at].tag)) & mask;
    if (from_home < ((at - hole) & mask)) continue;
    entries_[hole] = entries_[at];
    hole = at;
  }
  entries_[hole] = {};
}

void PathTable::grow() {
  const std::vector<Entry> before =
      std::exchange(entries_, std::vector<Entry>(2 * entries_.size()));
  for (const Entry& entry : before) {
    if (entry.tag != 0) entries_[place(entry.tag, entry.path)] = entry;
  }
}

}  // namespace media::relay
