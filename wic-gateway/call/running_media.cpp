// SPDX-License-Identifier: Apache-2.0
// MediaController: what is wanted of media that runs: keyframes, digits, music on hold.
#include <algorithm>

#include "wic-gateway/call/media_controller.hpp"
#include "wic-gateway/call/translate.hpp"

namespace wic {

namespace sdp = ims::sdp;

MediaController::StreamStates MediaController::followed_streams(ims::CallHandle handle) const {
  const auto found = calls_.find(handle.value);
  return found == calls_.end() ? StreamStates{} : followed_streams(found->second);
}

MediaController::StreamStates MediaController::followed_streams(const Call& call) {
  const auto followed = call.dialogs.find(call.followed);
  if (followed == call.dialogs.end()) return {};
  return followed->second.interworker.streams();
}

bool MediaController::ask_keyframe(ims::CallHandle handle, ims::Side of) {
  bool asked = false;
  for (const sdp::StreamState& state : followed_streams(handle)) {
    if (!state.carried || state.kind != "video") continue;
    const bool wic = of == ims::Side::wic;
    const sdp::Feedback& known = wic ? state.wic_feedback : state.core_feedback;
    const Stream& stream = calls_.at(handle.value).streams.at(state.stream);
    const auto leg = wic ? stream.wic : stream.core;
    if ((!known.pli && !known.fir) || !leg) continue;
    engine_.request_keyframe(*leg);
    asked = true;
  }
  return asked;
}

bool MediaController::send_digit(ims::CallHandle handle, ims::Side to, std::uint8_t event,
                                 std::chrono::milliseconds duration) {
  for (const sdp::StreamState& state : followed_streams(handle)) {
    const bool events =
        std::any_of(state.payloads.begin(), state.payloads.end(),
                    [](const sdp::PayloadMapping& one) { return one.telephone_event; });
    if (!state.carried || state.kind != "audio" || !events) continue;
    const Stream& stream = calls_.at(handle.value).streams.at(state.stream);
    const auto leg = to == ims::Side::wic ? stream.wic : stream.core;
    if (!leg) continue;
    engine_.send_digit(*leg, event, duration);
    return true;
  }
  return false;
}

/// While the client holds, the core hears music in place of what the client still sends.
void MediaController::play_hold_music(Stream& stream, const sdp::StreamState& state) {
  const auto sound = config_.sounds.find(ims::Announcement::hold);
  if (sound == config_.sounds.end() || !state.core_format || state.payloads.empty()) return;
  stream.talked = stream.talked || (state.wic_to_core && state.core_to_wic);
  const bool holds = stream.talked && state.wic_to_core && !state.core_to_wic;
  if (holds == stream.music) return;
  stream.music = holds;
  if (!holds) return engine_.stop_playing(*stream.core);
  media::Announcement music{.sound = sound->second,
                            .format = to_format(*state.core_format),
                            .payload_type = state.payloads.front().core,
                            .repeat = true};
  if (!engine_.play(*stream.core, music)) stream.music = false;
}

}  // namespace wic
