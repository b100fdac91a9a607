// SPDX-License-Identifier: Apache-2.0
// MediaController: what the engine tells, and what calls' media did.
#include <algorithm>
#include <utility>

#include "wic-gateway/call/media_controller.hpp"
#include "wic-gateway/call/phone_media.hpp"

namespace wic {

MediaController::Consequence MediaController::handle_event(const media::Event& event) {
  const auto handle = by_media_.find(event.call);
  if (handle == by_media_.end()) return {};
  Call& call = calls_.at(handle->second.value);
  const auto failure = [&](const char* kind, std::string why) -> Consequence {
    metrics_
        .counter("wic_gateway_media_failures_total", "Calls whose media failed, by cause",
                 {{"cause", kind}})
        .add();
    if (!event.detail.empty()) why += ": " + event.detail;
    return MediaFailure{handle->second, 503, std::move(why)};
  };
  switch (event.kind) {
    case media::Event::Kind::connected:
      for (const auto& [id, stream] : call.streams) {
        if (stream.wic != event.leg || call.connected || !call.answered_at) continue;
        call.connected = true;
        connect_time_.observe(std::chrono::duration<double>(now_ - *call.answered_at).count());
      }
      return {};
    case media::Event::Kind::dtls_failed:
      return failure("dtls", "DTLS with the client failed");
    case media::Event::Kind::consent_lost:
      return failure("consent", "the client's media path is gone");
    case media::Event::Kind::address_taken:
      return failure("address", "two calls' media would come from one address");
    case media::Event::Kind::media_timeout:
      return failure("timeout", "no media for too long");
    case media::Event::Kind::one_way:
      if (!std::exchange(call.one_way, true)) {
        metrics_
            .counter("wic_gateway_one_way_calls_total",
                     "Calls in which one side was heard and sent nothing for a while")
            .add();
      }
      return {};
    case media::Event::Kind::keyframe_wanted:
      for (const auto& [id, stream] : call.streams) {
        if (stream.core == event.leg) return KeyframeWish{handle->second};
      }
      return {};
    case media::Event::Kind::played:
      return {};
  }
  return {};
}

namespace {

LegQuality quality_of(const media::LegStatistics& leg) {
  return {leg.incoming, leg.outgoing, leg.round_trip, leg.one_way};
}

}  // namespace

CallMedia MediaController::statistics_of(const Call& call) const {
  CallMedia sum;
  sum.phone = call.access && is_phone(*call.access);
  for (const auto& [id, stream] : call.streams) {
    const auto wic = stream.wic ? engine_.statistics(*stream.wic) : std::nullopt;
    const auto core = stream.core ? engine_.statistics(*stream.core) : std::nullopt;
    if (wic) {
      sum.packets_from_wic += wic->received.packets;
      sum.packets_to_wic += wic->sent.packets;
      sum.dropped += wic->received.dropped;
      sum.secure = sum.secure || wic->secure;
      if (wic->remote) sum.wic = wic->remote;
      if (!sum.wic_quality.incoming) sum.wic_quality = quality_of(*wic);
    }
    if (core) {
      sum.packets_from_core += core->received.packets;
      sum.packets_to_core += core->sent.packets;
      sum.dropped += core->received.dropped;
      if (core->remote) sum.core = core->remote;
      if (!sum.core_quality.incoming) sum.core_quality = quality_of(*core);
    }
  }
  for (const ims::sdp::StreamState& state : followed_streams(call)) {
    if (!state.carried || state.payloads.empty()) continue;
    const bool transcoded = state.payloads.front().transcoded && state.transcoding;
    sum.streams.push_back({state.kind, state.codec,
                           transcoded ? state.transcoding->core.codec : state.codec, transcoded});
  }
  return sum;
}

std::optional<CallMedia> MediaController::statistics(ims::CallHandle handle) const {
  const auto found = calls_.find(handle.value);
  if (found == calls_.end()) return std::nullopt;
  return statistics_of(found->second);
}

std::optional<CallMedia> MediaController::take_final_statistics(ims::CallHandle handle) {
  const auto found = finished_.find(handle.value);
  if (found == finished_.end()) return std::nullopt;
  CallMedia media = found->second;
  finished_.erase(found);
  return media;
}

}  // namespace wic
