// SPDX-License-Identifier: Apache-2.0
#include "media/codec/amr_mode.hpp"

#include <algorithm>

namespace media::codec {
namespace {

// 12.65 kbit/s: all of wide band's quality at a rate that every network plans for; the modes above
// are for clean speech on request only.
constexpr std::uint8_t usual_wide_mode = 2;
constexpr std::uint8_t usual_narrow_mode = 7;

}  // namespace

AmrMode::AmrMode(AmrBand band, const AmrOptions& options)
    : modes_(options.modes),
      count_(amr_mode_count(band)),
      period_(std::max<std::uint8_t>(options.change_period, 1)),
      neighbor_(options.change_neighbor),
      wanted_(0),
      current_(0) {
  const auto all = static_cast<std::uint16_t>((1U << count_) - 1);
  modes_ &= all;
  if (modes_ == 0) modes_ = all;
  request(band == AmrBand::wide ? usual_wide_mode : usual_narrow_mode);
  current_ = wanted_;
}

void AmrMode::request(std::uint8_t mode) {
  if (mode >= count_) return;
  std::uint8_t lower = mode;
  while (lower > 0 && !allowed(lower)) --lower;
  while (lower < count_ && !allowed(lower)) ++lower;
  wanted_ = lower;
}

std::uint8_t AmrMode::neighbor_toward(std::uint8_t wanted) const {
  const int step = wanted > current_ ? 1 : -1;
  int mode = current_ + step;
  while (!allowed(static_cast<std::uint8_t>(mode))) mode += step;
  return static_cast<std::uint8_t>(mode);
}

std::uint8_t AmrMode::next() {
  if (since_ == 0 && wanted_ != current_) {
    current_ = neighbor_ ? neighbor_toward(wanted_) : wanted_;
  }
  since_ = static_cast<std::uint8_t>((since_ + 1) % period_);
  return current_;
}

}  // namespace media::codec
