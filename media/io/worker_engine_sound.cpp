// SPDX-License-Identifier: Apache-2.0
// WorkerEngine: announcements, digits and keyframe requests.
#include <algorithm>

#include "common/log.hpp"
#include "media/errc.hpp"
#include "media/io/worker_engine.hpp"

namespace media::io {

common::Result<void> WorkerEngine::play(LegId leg, const Announcement& what) {
  if (!what.sound || what.sound->samples.empty())
    return common::fail(Errc::unusable_sound, "empty");
  if (what.payload_type > 127) return common::fail(Errc::invalid_connection, "payload type");
  const std::lock_guard lock(mutex_);
  if (registry_.find_leg(leg) == nullptr) return common::fail(Errc::unknown_leg);
  handshakes_->run([this, leg, what] {
    auto encoded = sounds_.find_or_encode(what.sound, what.format);
    if (!encoded) return common::log::warn("announcement: {}", encoded.error().message());
    relay::PlayOrder order{std::move(*encoded), what.payload_type, what.repeat};
    seats_[place_of(leg).worker]->worker->push([leg, order = std::move(order)](Worker& worker) {
      worker.hub().play(worker.now(), place_of(leg).slot, leg, order);
    });
  });
  return {};
}

void WorkerEngine::stop_playing(LegId leg) {
  // By the way of play(), so that it cannot overtake one.
  handshakes_->run([this, leg] {
    seats_[place_of(leg).worker]->worker->push(
        [leg](Worker& worker) { worker.hub().stop_playing(place_of(leg).slot, leg); });
  });
}

void WorkerEngine::send_digit(LegId leg, std::uint8_t event, std::chrono::milliseconds duration) {
  using namespace std::chrono_literals;
  const relay::Digit digit{event, std::clamp<std::chrono::milliseconds>(duration, 40ms, 5000ms)};
  const std::lock_guard lock(mutex_);
  if (registry_.find_leg(leg) == nullptr || event > 15) return;
  static_cast<void>(post(leg, [leg, digit](Worker& worker) {
    worker.hub().send_digit(worker.now(), place_of(leg).slot, leg, digit);
  }));
}

void WorkerEngine::request_keyframe(LegId leg) {
  const std::lock_guard lock(mutex_);
  if (registry_.find_leg(leg) == nullptr) return;
  static_cast<void>(post(leg, [leg](Worker& worker) {
    worker.hub().request_keyframe(worker.now(), place_of(leg).slot, leg);
  }));
}

}  // namespace media::io
