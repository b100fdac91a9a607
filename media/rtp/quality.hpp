// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace media::rtp {

/// Mean opinion score, 1 to 4.5, from what the network did: the E-model of ITU-T G.107 with its
/// default values, without echo and noise; loss as random loss of G.711 with concealment
/// (G.113 appendix I). `one_way` is the network's delay.
[[nodiscard]] double estimate_mos(double loss, std::chrono::microseconds jitter,
                                  std::chrono::microseconds one_way);

}  // namespace media::rtp
