// SPDX-License-Identifier: Apache-2.0
// Hub: announcements, and the packets of our own that carry them.
#include <algorithm>

#include "media/relay/hub.hpp"
#include "media/relay/relay.hpp"

namespace media::relay {
namespace {

constexpr std::size_t max_owned_datagram = 1500;
constexpr std::size_t max_spare = 64;

}  // namespace

std::vector<std::byte> Hub::spare_buffer() {
  if (spare_.empty()) return std::vector<std::byte>(max_owned_datagram);
  std::vector<std::byte> bytes = std::move(spare_.back());
  spare_.pop_back();
  bytes.resize(max_owned_datagram);
  return bytes;
}

void Hub::recycle(std::vector<std::byte> bytes) {
  if (spare_.size() < max_spare && bytes.capacity() >= max_owned_datagram) {
    spare_.push_back(std::move(bytes));
  }
}

void Hub::play(common::TimePoint now, std::uint32_t slot, LegId leg_id, PlayOrder order) {
  Leg* leg = find(slot, leg_id);
  if (leg == nullptr || !order.sound || order.sound->frames() == 0) return;
  stop_playing(slot, leg_id);
  leg->playing = true;
  Player player;
  player.slot = slot;
  player.order = std::move(order);
  player.due = now;
  players_.push_back(std::move(player));
  next_play_ = std::min(next_play_, now);
}

void Hub::stop_playing(std::uint32_t slot, LegId leg_id) {
  Leg* leg = find(slot, leg_id);
  if (leg == nullptr || !leg->playing) return;
  leg->playing = false;
  std::erase_if(players_, [slot](const Player& player) { return player.slot == slot; });
}

void Hub::send_own(common::TimePoint now, Leg& leg, const rtp::Header& header,
                   std::span<const std::byte> payload) {
  std::vector<std::byte> bytes = spare_buffer();
  bytes[0] = std::byte{0x80};
  rtp::rewrite_header(bytes, header);
  std::copy(payload.begin(), payload.end(), bytes.begin() + rtp::fixed_header_size);
  Datagram datagram;
  datagram.data = bytes.data();
  datagram.room = static_cast<std::uint32_t>(bytes.size());
  datagram.size = static_cast<std::uint32_t>(rtp::fixed_header_size + payload.size());
  if (!finish_rtp(now, leg, datagram, counters_)) return recycle(std::move(bytes));
  leg.output.count(payload.size());
  bytes.resize(datagram.size);
  transmits_.push_back(
      {datagram.action, datagram.socket, leg.slot, datagram.remote, std::move(bytes)});
}

/// False at the end of a sound that does not repeat.
bool Hub::play_frame(common::TimePoint now, Player& player) {
  Leg& leg = *legs_[player.slot];
  const codec::EncodedSound& sound = *player.order.sound;
  player.due += codec::EncodedSound::frame_time;
  // A worker that was held up goes on from now; what it missed is not sent in a heap.
  if (player.due + codec::EncodedSound::frame_time < now) player.due = now;
  if (!can_send(leg, false)) return true;  // begins once there is a path and keys
  if (player.next == sound.frames()) {
    if (!player.order.repeat) return false;
    player.next = 0;
  }
  const rtp::Header header =
      leg.output.own(now, player.order.payload_type, sound.clock, sound.ticks(), !player.begun);
  player.begun = true;
  send_own(now, leg, header, sound.frame(player.next++));
  return true;
}

void Hub::play_due(common::TimePoint now) {
  if (now < next_play_) return;
  next_play_ = common::TimePoint::max();
  for (std::size_t i = 0; i < players_.size();) {
    Player& player = players_[i];
    if (player.due <= now && !play_frame(now, player)) {
      Leg& leg = *legs_[player.slot];
      leg.playing = false;
      post(Event::Kind::played, leg, {});
      players_.erase(players_.begin() + static_cast<std::ptrdiff_t>(i));
      continue;
    }
    next_play_ = std::min(next_play_, player.due);
    ++i;
  }
}

}  // namespace media::relay
