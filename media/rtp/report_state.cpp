// SPDX-License-Identifier: Apache-2.0
#include "media/rtp/report_state.hpp"

#include <chrono>

namespace media::rtp {
namespace {

using namespace std::chrono_literals;

constexpr auto own_interval = 5s;  // RFC 3550 6.2: the least for two participants
constexpr auto far_silence = 15s;  // three of its reports are missing

}  // namespace

void ReportState::handle_received(common::TimePoint now, const RtcpResult& result) {
  if (result.sender_report) {
    peer_report_ = *result.sender_report;
    peer_report_at_ = now;
  }
  if (!result.report) return;
  report_ = result.report;
  if (report_->last_report == 0) return;
  for (const Sent& sent : sent_) {
    if (sent.ntp != report_->last_report) continue;
    const auto held = std::chrono::microseconds(std::uint64_t{report_->delay} * 1'000'000U >> 16U);
    const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(now - sent.at);
    if (passed >= held) round_trip_ = passed - held;
  }
}

void ReportState::handle_passed(common::TimePoint now, const RtcpResult& result) {
  last_passed_ = now;
  if (!result.passed_sender_report) return;
  sends_own_ = false;
  note_sent(now, *result.sender_report);
}

void ReportState::handle_own(common::TimePoint now, std::uint32_t sender_report) {
  last_own_ = now;
  if (sender_report == 0) return;
  sends_own_ = true;
  note_sent(now, sender_report);
}

void ReportState::note_sent(common::TimePoint now, std::uint32_t sender_report) {
  sent_[next_sent_] = {sender_report, now};
  next_sent_ = (next_sent_ + 1) % sent_.size();
}

bool ReportState::is_due(common::TimePoint now, common::TimePoint started) const {
  const bool never_passed = last_passed_ == common::TimePoint{};
  if (!never_passed && now - last_passed_ < far_silence) return false;
  const auto last = last_own_ == common::TimePoint{} ? started : last_own_;
  return now - last >= own_interval;
}

void ReportState::fill_times(common::TimePoint now, ReportBlock& block) const {
  if (peer_report_ == 0) return;
  block.last_report = peer_report_;
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(now - peer_report_at_).count();
  block.delay =
      static_cast<std::uint32_t>((static_cast<std::uint64_t>(micros) << 16U) / 1'000'000U);
}

}  // namespace media::rtp
