// SPDX-License-Identifier: Apache-2.0
#include "media/io/call_registry.hpp"

#include <algorithm>

namespace media::io {

CallRegistry::CallRegistry(unsigned workers, std::size_t slots, std::uint32_t first_generation)
    : free_slots_(workers), generation_(first_generation) {
  for (auto& free : free_slots_) {
    for (std::size_t slot = slots; slot > 0; --slot) {
      free.push_back(static_cast<std::uint32_t>(slot - 1));
    }
  }
}

CallId CallRegistry::open_call(EventSink& sink) {
  const auto idlest = std::max_element(
      free_slots_.begin(), free_slots_.end(),
      [](const auto& left, const auto& right) { return left.size() < right.size(); });
  Call call;
  call.worker = static_cast<unsigned>(idlest - free_slots_.begin());
  call.sink = &sink;
  CallId id;
  do {
    id.value = static_cast<std::uint64_t>(++generation_) << 32U | call.worker;
  } while (calls_.contains(id.value));
  calls_[id.value] = call;
  return id;
}

std::optional<LegId> CallRegistry::open_leg(CallId call_id, table::LegKind kind) {
  Call& call = calls_.at(call_id.value);
  auto& free = free_slots_[call.worker];
  if (free.empty()) return std::nullopt;
  LegId leg;
  if (++generation_ == 0) ++generation_;  // zero marks a free record
  leg.value = static_cast<std::uint64_t>(generation_) << 32U |
              static_cast<std::uint64_t>(call.worker) << 24U | free.back();
  free.pop_back();
  call.legs.push_back(leg);
  legs_[leg.value] = {call_id, kind};
  return leg;
}

void CallRegistry::restore(CallId call_id, LegId leg, table::LegKind kind) {
  const LegPlace place = place_of(leg);
  std::erase(free_slots_[place.worker], place.slot);
  Call& call = calls_[call_id.value];
  call.worker = place.worker;
  call.legs.push_back(leg);
  legs_[leg.value] = {call_id, kind};
}

CallRegistry::Call* CallRegistry::find_call(CallId call) {
  const auto found = calls_.find(call.value);
  return found == calls_.end() ? nullptr : &found->second;
}

const CallRegistry::Leg* CallRegistry::find_leg(LegId leg) const {
  const auto found = legs_.find(leg.value);
  return found == legs_.end() ? nullptr : &found->second;
}

void CallRegistry::close_leg(LegId leg) {
  const auto found = legs_.find(leg.value);
  if (found == legs_.end()) return;
  if (Call* call = find_call(found->second.call)) std::erase(call->legs, leg);
  legs_.erase(found);
  const LegPlace place = place_of(leg);
  free_slots_[place.worker].push_back(place.slot);
}

void CallRegistry::close_call(CallId call_id) {
  const Call* call = find_call(call_id);
  if (call == nullptr) return;
  for (const LegId leg : std::vector<LegId>(call->legs)) close_leg(leg);
  calls_.erase(call_id.value);
}

std::vector<RestoredCall> CallRegistry::orphans() const {
  std::vector<RestoredCall> found;
  for (const auto& [id, call] : calls_) {
    if (call.sink == nullptr) found.push_back({CallId{id}, call.legs});
  }
  return found;
}

}  // namespace media::io
