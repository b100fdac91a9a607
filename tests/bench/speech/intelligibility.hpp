// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace bench {

inline constexpr std::uint32_t intelligibility_rate = 10'000;  // samples a second

/// Short-time objective intelligibility (STOI) of Taal, Hendriks, Heusdens and Jensen, "An
/// algorithm for intelligibility prediction of time-frequency weighted noisy speech", 2011: how
/// much of `clean` speech is understood when `heard` is listened to, near 1 for all of it. Both are
/// mono at intelligibility_rate and of one length; `heard` may be late by up to 0.2 s or early by
/// 0.05 s, which is found out and undone.
[[nodiscard]] double intelligibility(std::span<const double> clean, std::span<const double> heard);

}  // namespace bench
