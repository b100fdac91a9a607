// SPDX-License-Identifier: Apache-2.0
// Hub: digits of our own, for a peer that gets them otherwise by SIP INFO (RFC 4733).
#include <algorithm>
#include <array>

#include "media/dtmf/telephone_event.hpp"
#include "media/relay/hub.hpp"
#include "media/relay/relay.hpp"

namespace media::relay {
namespace {

using namespace std::chrono_literals;

constexpr auto packet_time = 20ms;
constexpr auto pause_between = 60ms;
constexpr unsigned ends = 3;  // RFC 4733 2.5.1.4
constexpr std::size_t max_waiting = 32;

}  // namespace

void Hub::send_digit(common::TimePoint now, std::uint32_t slot, LegId leg_id, const Digit& digit) {
  Leg* leg = find(slot, leg_id);
  if (leg == nullptr) return;
  auto at = std::ranges::find(dialers_, slot, &Dialer::slot);
  if (at == dialers_.end()) {
    Dialer fresh;
    fresh.slot = slot;
    fresh.due = now;
    at = dialers_.insert(dialers_.end(), std::move(fresh));
  }
  if (at->waiting.size() == max_waiting) return counters_.drop(DropReason::exhausted);
  at->waiting.push_back(digit);
  leg->dialing = true;
  next_digit_ = std::min(next_digit_, at->due);
}

void Hub::stop_dialing(Leg& leg) {
  leg.dialing = false;
  std::erase_if(dialers_, [&](const Dialer& dialer) { return dialer.slot == leg.slot; });
}

/// One packet; false when nothing is left to say.
bool Hub::dial(common::TimePoint now, Dialer& dialer) {
  Leg& leg = *legs_[dialer.slot];
  if (dialer.waiting.empty()) return false;
  dialer.due = std::max(dialer.due + packet_time, now);
  const rtp::PayloadRoute* event = nullptr;
  if (leg.peer != nullptr) {
    for (const rtp::PayloadRoute& one : leg.peer->record->route.payloads) {
      if (one.mapped != 0 && one.telephone_event != 0 && event == nullptr) event = &one;
    }
  }
  if (event == nullptr || !can_send(leg, false)) return false;
  const Digit& digit = dialer.waiting.front();
  const bool first = dialer.spoken == 0ms;
  const bool ended = dialer.spoken >= digit.duration;
  if (!ended) dialer.spoken += packet_time;
  const auto duration = static_cast<std::uint16_t>(
      std::min<std::int64_t>(dialer.spoken.count() * event->out_clock / 1000, 0xffff));
  std::array<std::byte, dtmf::event_size> payload;
  dtmf::write_event(payload, {digit.event, ended || dialer.spoken >= digit.duration, duration});
  send_own(now, leg, leg.output.event(now, event->payload_type, first), payload);
  if (dialer.spoken >= digit.duration && ++dialer.ends == ends) {
    dialer.waiting.pop_front();
    dialer.spoken = 0ms;
    dialer.ends = 0;
    dialer.due += pause_between;
  }
  return !dialer.waiting.empty();
}

void Hub::dial_due(common::TimePoint now) {
  if (now < next_digit_) return;
  next_digit_ = common::TimePoint::max();
  for (std::size_t i = 0; i < dialers_.size();) {
    Dialer& dialer = dialers_[i];
    if (dialer.due <= now && !dial(now, dialer)) {
      stop_dialing(*legs_[dialer.slot]);
      continue;
    }
    next_digit_ = std::min(next_digit_, dialer.due);
    ++i;
  }
}

}  // namespace media::relay
