// SPDX-License-Identifier: Apache-2.0
// MediaController: phones on the client's side, and calls that end at the gateway.
#include <utility>

#include "wic-gateway/call/media_controller.hpp"
#include "wic-gateway/call/phone_media.hpp"
#include "wic-gateway/call/translate.hpp"
#include "wic-gateway/errc.hpp"

namespace wic {

namespace sdp = ims::sdp;
using common::fail;
using common::Result;

sdp::Policy MediaController::policy_for(const Call& call) const {
  sdp::Policy policy = config_.sdp;
  if (!call.access || !is_phone(*call.access)) return policy;
  policy.access = sdp::Access::phone;
  policy.phone = phone_policy(config_.phones, *call.access);
  policy.access_family = call.access->source.family;
  return policy;
}

Result<void> MediaController::open_access_leg(Call& call, Interworker& interworker, StreamId id,
                                              common::IpAddress::Family family) {
  auto local = engine_.open_access_leg(call.id, to_family(family));
  if (!local) return fail(local.error());
  Stream& stream = call.streams[id];
  if (stream.wic) engine_.close_leg(*stream.wic);
  stream.wic = local->leg;
  stream.phone = to_phone_anchor(*local);
  for (const std::string& suite : config_.phones.suites) {
    stream.phone.keys.push_back(new_key(suite, random_));
  }
  interworker.set_anchor(id, stream.phone);
  return {};
}

Result<void> MediaController::set_access_remote(const Call& call, const Stream& stream,
                                                const sdp::StreamState& state) {
  auto remote = to_remote(*state.phone, stream.phone, *call.access);
  if (!remote) return fail(Errc::unusable_sdp, "no key of ours for the suite");
  remote->latch = config_.phones.latch;
  remote->relatch = config_.phones.relatch;
  if (auto set = engine_.set_remote(*stream.wic, *remote); !set) return fail(set.error());
  return {};
}

void MediaController::set_access(ims::CallHandle handle, const ims::AccessSide& side) {
  access_[handle.value] = side;
  const auto found = calls_.find(handle.value);
  if (found == calls_.end() || !found->second.access) return;
  Call& call = found->second;
  call.access = side;
  if (!is_phone(side)) return;
  for (auto& [tag, negotiation] : call.dialogs) {
    negotiation.interworker.set_phone_policy(phone_policy(config_.phones, side));
    // Its media may come from the new address too. A failure here ends the call by its time-out.
    if (tag == call.followed && call.answered_at) {
      static_cast<void>(apply(call, negotiation.interworker, negotiation.interworker.streams()));
    }
  }
}

Result<std::string> MediaController::announce(ims::CallHandle handle, std::string_view text,
                                              ims::Announcement what) {
  auto opened_call = find_or_open(handle);
  if (!opened_call) return fail(opened_call.error());
  Call& call = **opened_call;
  const auto refuse = [&](common::Error error) {
    refused_.add();
    release(handle);
    return fail(std::move(error));
  };
  Interworker interworker(policy_for(call), random_);
  auto plan = interworker.read_offer(sdp::Side::wic, text);
  if (!plan) return refuse(refusals_of(interworker, plan.error()));
  auto answer = interworker.answer_here({"pcma", "pcmu", "opus", "g722", "amr-wb", "amr"});
  if (!answer) return refuse(answer.error());
  for (const sdp::StreamPlan& stream : plan->streams) {
    if (!answer->streams[stream.stream].carried) continue;
    sdp::StreamPlan access_only = stream;
    access_only.needs_core_anchor = false;
    if (auto opened = open_anchors(call, interworker, access_only); !opened) {
      return refuse(opened.error());
    }
  }
  if (auto applied = apply(call, interworker, answer->streams); !applied) {
    return refuse(applied.error());
  }
  for (const sdp::StreamState& state : answer->streams) {
    if (!state.carried) continue;
    const auto sound = config_.sounds.find(what);
    media::Announcement played = to_announcement(state);
    played.sound = sound != config_.sounds.end() ? sound->second : builtin_sound(what);
    auto playing = engine_.play(*call.streams.at(state.stream).wic, played);
    if (!playing) return refuse(playing.error());
  }
  auto written = interworker.write_answer();
  if (!written) return refuse(written.error());
  return written;
}

}  // namespace wic
