// SPDX-License-Identifier: Apache-2.0
#include "media/rtp/quality.hpp"

#include <algorithm>

namespace media::rtp {
namespace {

constexpr double best_rating = 93.2;      // R0 - Is of G.107 with default values
constexpr double loss_robustness = 25.1;  // Bpl of G.711 with concealment
constexpr double packet_and_codec = 30;   // ms: a packet is filled, sent and decoded
constexpr double interactive = 177.3;     // ms: longer delay disturbs the conversation

double milliseconds(std::chrono::microseconds time) {
  return static_cast<double>(time.count()) / 1000;
}

}  // namespace

double estimate_mos(double loss, std::chrono::microseconds jitter,
                    std::chrono::microseconds one_way) {
  // The receiver's buffer holds about twice the jitter.
  const double delay = milliseconds(one_way) + 2 * milliseconds(jitter) + packet_and_codec;
  const double impairment = 0.024 * delay + 0.11 * std::max(0.0, delay - interactive);
  const double percent = 100 * std::clamp(loss, 0.0, 1.0);
  const double equipment = 95 * percent / (percent + loss_robustness);
  const double rating = std::clamp(best_rating - impairment - equipment, 0.0, 100.0);
  const double mos = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6;
  return std::clamp(mos, 1.0, 4.5);
}

}  // namespace media::rtp
