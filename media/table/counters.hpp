// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "media/engine.hpp"
#include "media/table/leg_record.hpp"

namespace media::table {

/// Adds to a value that one thread writes and others read: no locked instruction is needed.
inline void bump(std::uint64_t& value, std::uint64_t by) noexcept {
  std::atomic_ref<std::uint64_t> shared(value);
  shared.store(shared.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

void publish_leg(LegRecord& record, std::uint64_t leg_id) noexcept;
void publish_secure(LegRecord& record, bool secure) noexcept;
void publish_remote(LegRecord& record, const common::Endpoint& remote) noexcept;

/// Quality, round trip and one-way flag of `figures`; called by the media worker.
void publish_quality(LegRecord& record, const LegStatistics& figures) noexcept;

/// From any thread, without a lock; nothing when the record belongs to another leg (or none) now.
[[nodiscard]] std::optional<LegStatistics> read_statistics(LegRecord& record, LegId leg) noexcept;

}  // namespace media::table
