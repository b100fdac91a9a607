// SPDX-License-Identifier: Apache-2.0
#include "media/rtp/reception.hpp"

#include <algorithm>

namespace media::rtp {

void Reception::restart(const Header& header) noexcept {
  before_ = any() ? expected() : 0;
  ssrc_ = header.ssrc;
  highest_ = base_ = header.sequence;
  clock_ = 0;
  running_ = true;
}

void Reception::measure(common::TimePoint now, std::uint32_t timestamp,
                        std::uint32_t clock) noexcept {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  const auto arrival =
      static_cast<std::uint32_t>(static_cast<std::uint64_t>(micros) * clock / 1'000'000U);
  const std::uint32_t transit = arrival - timestamp;
  if (clock == clock_) {
    const auto change = static_cast<std::int32_t>(transit - transit_);
    const auto size = static_cast<std::uint32_t>(change < 0 ? -change : change);
    // A second's jump is a source that set its clock anew.
    if (size < clock) jitter_ += size - ((jitter_ + 8) >> 4U);
  }
  clock_ = clock;
  transit_ = transit;
}

double Reception::loss() const {
  const std::uint64_t wanted = expected();
  if (!any() || received_ >= wanted) return 0;
  return static_cast<double>(wanted - received_) / static_cast<double>(wanted);
}

std::chrono::microseconds Reception::jitter() const {
  if (clock_ == 0) return std::chrono::microseconds{0};
  return std::chrono::microseconds(std::uint64_t{jitter_ >> 4U} * 1'000'000U / clock_);
}

ReportBlock Reception::take_block() {
  ReportBlock block;
  block.ssrc = ssrc_;
  const std::uint64_t wanted = expected();
  const auto since_expected = static_cast<std::int64_t>(wanted - reported_expected_);
  const auto since_received = static_cast<std::int64_t>(received_ - reported_received_);
  const std::int64_t missing = since_expected - since_received;
  if (since_expected > 0 && missing > 0) {
    block.fraction_lost =
        static_cast<std::uint8_t>(std::min<std::int64_t>(255, missing * 256 / since_expected));
  }
  const auto lost = static_cast<std::int64_t>(wanted) - static_cast<std::int64_t>(received_);
  block.lost = static_cast<std::int32_t>(std::clamp<std::int64_t>(lost, -0x800000, 0x7fffff));
  block.highest = highest_;
  block.jitter = jitter_ >> 4U;
  reported_expected_ = wanted;
  reported_received_ = received_;
  return block;
}

}  // namespace media::rtp
