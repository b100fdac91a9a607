// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "media/table/leg_record.hpp"

namespace media::table {

/// One media worker's legs in memory that outlives the process: a header that names layout and
/// W3 port, then `capacity` records. Owns nothing; the shell maps the file.
class CallTable {
 public:
  [[nodiscard]] static std::size_t size_for(std::size_t capacity);

  /// Takes over what is there when version, layout, capacity and port fit; else clears it.
  CallTable(std::span<std::byte> memory, std::size_t capacity, std::uint16_t webrtc_port);

  [[nodiscard]] std::size_t capacity() const { return records_.size(); }
  [[nodiscard]] LegRecord& leg(std::size_t slot) { return records_[slot]; }
  /// The memory held another layout's or configuration's calls, which are lost.
  [[nodiscard]] bool was_cleared() const { return was_cleared_; }

  /// A fresh record; publish_leg() makes it count.
  void clear(std::size_t slot);
  /// Wipes the record with its keys.
  void wipe(std::size_t slot);

 private:
  std::span<LegRecord> records_;
  bool was_cleared_ = false;
};

}  // namespace media::table
