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

void store(std::uint64_t& value, std::uint64_t now) {
  std::atomic_ref<std::uint64_t>(value).store(now, std::memory_order_release);
}

enum Known : std::uint64_t { incoming = 1, outgoing = 2, round_trip = 4, one_way = 8 };

std::uint64_t scaled(double value, double by) {
  return static_cast<std::uint64_t>(value * by + 0.5);
}

StreamQuality quality_of(std::uint64_t& loss, std::uint64_t& jitter, std::uint64_t& mos) {
  return {static_cast<double>(load(loss)) / 1e6,
          std::chrono::microseconds(static_cast<std::int64_t>(load(jitter))),
          static_cast<double>(load(mos)) / 1e3};
}

void read_quality(QualityRecord& quality, LegStatistics& out) {
  const std::uint64_t known = load(quality.known);
  if ((known & incoming) != 0) {
    out.incoming = quality_of(quality.incoming_loss, quality.incoming_jitter, quality.incoming_mos);
  }
  if ((known & outgoing) != 0) {
    out.outgoing = quality_of(quality.outgoing_loss, quality.outgoing_jitter, quality.outgoing_mos);
  }
  if ((known & round_trip) != 0) {
    out.round_trip = std::chrono::microseconds(static_cast<std::int64_t>(load(quality.round_trip)));
  }
  out.one_way = (known & one_way) != 0;
}

}  // namespace

void publish_quality(LegRecord& record, const LegStatistics& figures) noexcept {
  QualityRecord& quality = record.quality;
  std::uint64_t known = 0;
  if (figures.incoming) {
    known |= incoming;
    store(quality.incoming_loss, scaled(figures.incoming->loss, 1e6));
    store(quality.incoming_jitter, static_cast<std::uint64_t>(figures.incoming->jitter.count()));
    store(quality.incoming_mos, scaled(figures.incoming->mos, 1e3));
  }
  if (figures.outgoing) {
    known |= outgoing;
    store(quality.outgoing_loss, scaled(figures.outgoing->loss, 1e6));
    store(quality.outgoing_jitter, static_cast<std::uint64_t>(figures.outgoing->jitter.count()));
    store(quality.outgoing_mos, scaled(figures.outgoing->mos, 1e3));
  }
  if (figures.round_trip) {
    known |= round_trip;
    store(quality.round_trip, static_cast<std::uint64_t>(figures.round_trip->count()));
  }
  if (figures.one_way) known |= one_way;
  store(quality.known, known);
}

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
  read_quality(record.quality, statistics);
  if (load(record.leg_id) != leg.value) return std::nullopt;
  return statistics;
}

}  // namespace media::table
