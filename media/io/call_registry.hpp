// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "media/engine.hpp"
#include "media/table/leg_record.hpp"

namespace media::io {

/// Where a leg lives; a LegId is generation (32 bits), worker (8) and slot (24).
struct LegPlace {
  unsigned worker = 0;
  std::uint32_t slot = 0;
};

[[nodiscard]] constexpr LegPlace place_of(LegId leg) {
  return {static_cast<unsigned>(leg.value >> 24U & 0xffU),
          static_cast<std::uint32_t>(leg.value & 0xffffffU)};
}

/// Which calls and legs there are, and which slots are free. Not thread-safe: the engine locks.
class CallRegistry {
 public:
  struct Call {
    unsigned worker = 0;
    EventSink* sink = nullptr;  // nullptr: restored and not adopted yet
    std::vector<LegId> legs;
  };
  struct Leg {
    CallId call;
    table::LegKind kind = table::LegKind::webrtc;
  };

  CallRegistry(unsigned workers, std::size_t slots, std::uint32_t first_generation);

  [[nodiscard]] CallId open_call(EventSink& sink);
  /// A slot on the call's worker; nothing when all are in use.
  [[nodiscard]] std::optional<LegId> open_leg(CallId call, table::LegKind kind);
  void restore(CallId call, LegId leg, table::LegKind kind);

  [[nodiscard]] Call* find_call(CallId call);
  [[nodiscard]] const Leg* find_leg(LegId leg) const;
  void close_leg(LegId leg);
  void close_call(CallId call);
  [[nodiscard]] std::vector<RestoredCall> orphans() const;
  [[nodiscard]] std::size_t call_count() const { return calls_.size(); }

 private:
  std::unordered_map<std::uint64_t, Call> calls_;
  std::unordered_map<std::uint64_t, Leg> legs_;
  std::vector<std::vector<std::uint32_t>> free_slots_;  // by worker
  std::uint32_t generation_;
};

}  // namespace media::io
