// SPDX-License-Identifier: Apache-2.0
#include "media/table/counters.hpp"

#include <cstring>

namespace media::table {
namespace {

using Words = std::array<std::uint64_t, 3>;
static_assert(sizeof(common::Endpoint) <= sizeof(Words));

std::uint64_t load(std::uint64_t& value) {
  return std::atomic_ref<std::uint64_t>(value).load(std::memory_order_acquire);
}

StreamCounters read(Counters& counters) {
  return {load(counters.packets), load(counters.octets), load(counters.dropped)};
}

std::optional<common::Endpoint> read_endpoint(SharedEndpoint& shared) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    const std::uint64_t before = load(shared.version);
    if (before % 2 != 0) continue;
    Words words{};
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = load(shared.words[i]);
    if (load(shared.version) != before) continue;
    common::Endpoint endpoint;
    std::memcpy(static_cast<void*>(&endpoint), words.data(), sizeof endpoint);
    if (endpoint.port == 0) return std::nullopt;
    return endpoint;
  }
  return std::nullopt;
}

}  // namespace

void publish_leg(LegRecord& record, std::uint64_t leg_id) noexcept {
  std::atomic_ref<std::uint64_t>(record.leg_id).store(leg_id, std::memory_order_release);
}

void publish_secure(LegRecord& record, bool secure) noexcept {
  std::atomic_ref<std::uint8_t>(record.secure).store(secure ? 1 : 0, std::memory_order_release);
}

void publish_remote(LegRecord& record, const common::Endpoint& remote) noexcept {
  Words words{};
  std::memcpy(words.data(), &remote, sizeof remote);
  SharedEndpoint& shared = record.shared_remote;
  std::atomic_ref<std::uint64_t> version(shared.version);
  const std::uint64_t before = version.load(std::memory_order_relaxed);
  version.store(before + 1, std::memory_order_release);
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::atomic_ref<std::uint64_t>(shared.words[i]).store(words[i], std::memory_order_release);
  }
  version.store(before + 2, std::memory_order_release);
}

std::optional<LegStatistics> read_statistics(LegRecord& record, LegId leg) noexcept {
  if (load(record.leg_id) != leg.value) return std::nullopt;
  LegStatistics statistics;
  statistics.received = read(record.received);
  statistics.sent = read(record.sent);
  statistics.remote = read_endpoint(record.shared_remote);
  statistics.secure =
      std::atomic_ref<std::uint8_t>(record.secure).load(std::memory_order_acquire) != 0;
  if (load(record.leg_id) != leg.value) return std::nullopt;
  return statistics;
}

}  // namespace media::table
