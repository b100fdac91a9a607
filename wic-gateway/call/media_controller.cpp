// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/call/media_controller.hpp"

#include <utility>
#include <vector>

#include "wic-gateway/call/phone_media.hpp"
#include "wic-gateway/call/translate.hpp"
#include "wic-gateway/errc.hpp"

namespace wic {
namespace {

namespace sdp = ims::sdp;
using common::fail;
using common::Result;

// More than this many calls end between two looks of the log only when something is wrong.
constexpr std::size_t max_finished = 1000;
constexpr std::size_t max_forks = 32;

sdp::Side to_side(ims::Side side) {
  return side == ims::Side::wic ? sdp::Side::wic : sdp::Side::core;
}

}  // namespace

MediaController::MediaController(MediaControllerConfig config, media::Engine& engine,
                                 media::EventSink& sink, common::RandomSource& random,
                                 common::Metrics& metrics)
    : config_(std::move(config)),
      engine_(engine),
      sink_(sink),
      random_(random),
      refused_(metrics.counter("wic_gateway_media_refused_total",
                               "Offers and answers that could not be carried")),
      local_answers_(metrics.counter("wic_gateway_media_local_answers_total",
                                     "Re-offers answered without the core")),
      connect_time_(metrics.histogram("wic_gateway_media_connect_seconds",
                                      "From the answer to ICE and DTLS done on the WIC's side",
                                      {0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10})),
      metrics_(metrics) {}

MediaController::~MediaController() {
  for (const auto& [handle, call] : calls_) engine_.close_call(call.id);
}

Result<MediaController::Call*> MediaController::find_or_open(ims::CallHandle handle) {
  if (const auto known = calls_.find(handle.value); known != calls_.end()) return &known->second;
  auto id = engine_.open_call(sink_);
  if (!id) return fail(id.error());
  Call call;
  call.id = *id;
  if (const auto known = access_.find(handle.value); known != access_.end()) {
    call.access = known->second;
  }
  by_media_.emplace(*id, handle);
  return &calls_.emplace(handle.value, std::move(call)).first->second;
}

Result<MediaController::Negotiation*> MediaController::find_or_fork(Call& call,
                                                                    std::string_view dialog) {
  const auto known = call.dialogs.find(dialog);
  if (known != call.dialogs.end()) return &known->second;
  if (call.dialogs.size() >= max_forks) return fail(Errc::unusable_sdp, "too many forks");
  const auto invite = call.dialogs.find(std::string_view{});
  Negotiation made =
      invite == call.dialogs.end()
          ? Negotiation{.interworker = Interworker(policy_for(call), random_), .under_way = false}
          : invite->second;
  return &call.dialogs.emplace(std::string(dialog), std::move(made)).first->second;
}

common::Error MediaController::refusals_of(const Interworker& interworker, common::Error error) {
  std::string text;
  for (const auto& section : interworker.refusals()) {
    if (!text.empty()) text += "; ";
    text += section.text();
  }
  if (!text.empty()) error.detail = std::move(text);
  return error;
}

Result<std::string> MediaController::offer(ims::CallHandle handle, std::string_view dialog,
                                           ims::Side from, std::string_view text) {
  const bool fresh = !calls_.contains(handle.value);
  auto opened_call = find_or_open(handle);
  if (!opened_call) {
    refused_.add();
    return fail(opened_call.error());
  }
  Call& call = **opened_call;
  auto found = find_or_fork(call, dialog);
  if (!found) {
    refused_.add();
    return fail(found.error());
  }
  Negotiation& own = **found;
  const auto refuse = [&](common::Error error) {
    refused_.add();
    own.interworker.rollback();
    error = refusals_of(own.interworker, std::move(error));
    if (fresh) release(handle);
    return fail(std::move(error));
  };
  auto plan = own.interworker.read_offer(to_side(from), text);
  if (!plan) {
    refused_.add();
    common::Error error = refusals_of(own.interworker, plan.error());
    if (fresh) release(handle);
    return fail(std::move(error));
  }
  for (const sdp::StreamPlan& stream : plan->streams) {
    if (!stream.carried) continue;
    if (auto opened = open_anchors(call, own.interworker, stream); !opened) {
      return refuse(opened.error());
    }
  }
  auto written = own.interworker.write_offer();
  if (!written) return refuse(written.error());
  own.under_way = true;
  return written;
}

Result<void> MediaController::open_anchors(Call& call, Interworker& interworker,
                                           const sdp::StreamPlan& plan) {
  if (plan.needs_wic_anchor) {
    const bool phone = call.access && is_phone(*call.access);
    auto opened = phone ? open_access_leg(call, interworker, plan.stream, plan.access_family)
                        : open_wic_leg(call, interworker, plan.stream);
    if (!opened) return opened;
  }
  if (plan.needs_core_anchor) {
    auto opened = open_core_leg(call, interworker, plan.stream, plan.core_family);
    if (!opened) return opened;
  }
  call.streams[plan.stream].ice_restart_wanted = plan.ice_restarted;
  return {};
}

Result<void> MediaController::open_wic_leg(Call& call, Interworker& interworker, StreamId id) {
  auto local = engine_.open_webrtc_leg(call.id);
  if (!local) return fail(local.error());
  Stream& stream = call.streams[id];
  if (stream.wic) engine_.close_leg(*stream.wic);
  stream.wic = local->leg;
  stream.anchor = to_anchor(*local);
  interworker.set_anchor(id, stream.anchor);
  return {};
}

Result<void> MediaController::open_core_leg(Call& call, Interworker& interworker, StreamId id,
                                            common::IpAddress::Family family) {
  auto local = engine_.open_rtp_leg(call.id, to_family(family));
  if (!local) return fail(local.error());
  Stream& stream = call.streams[id];
  if (stream.core) engine_.close_leg(*stream.core);
  stream.core = local->leg;
  interworker.set_anchor(id, to_anchor(*local));
  return {};
}

Result<std::string> MediaController::answer(ims::CallHandle handle, std::string_view dialog,
                                            ims::Side from, std::string_view text, bool final) {
  const auto found = calls_.find(handle.value);
  if (found == calls_.end()) return fail(Errc::unusable_sdp, "answer without an offer");
  Call& call = found->second;
  auto forked = find_or_fork(call, dialog);
  if (!forked) return fail(forked.error());
  Negotiation& own = **forked;
  // Who answers follows from who offered; a caller that disagrees has lost the dialog's state.
  if (own.interworker.outstanding_offer_from() == to_side(from)) {
    return fail(Errc::unusable_sdp, "answer from the side that offered");
  }
  auto answer = own.interworker.read_answer(text);
  if (!answer) {
    refused_.add();
    return fail(refusals_of(own.interworker, answer.error()));
  }
  const bool follows = !call.confirmed || call.followed == dialog;
  if (follows && (!answer->repeated || call.followed != dialog)) {
    if (auto applied = apply(call, own.interworker, answer->streams); !applied) {
      refused_.add();
      return fail(applied.error());
    }
    call.followed = dialog;
    if (!call.answered_at) call.answered_at = now_;
  }
  auto written = own.interworker.write_answer();
  if (!written) refused_.add();
  if (final) own.under_way = false;
  if (final && call.confirmed && follows) close_unused(call, answer->streams);
  return written;
}

Result<std::optional<std::string>> MediaController::answer_alone(ims::CallHandle handle,
                                                                 std::string_view dialog,
                                                                 ims::Side from,
                                                                 std::string_view text,
                                                                 ims::Alone what) {
  const auto found = calls_.find(handle.value);
  if (found == calls_.end() || found->second.followed != dialog) return std::nullopt;
  Call& call = found->second;
  Negotiation& own = call.dialogs.at(call.followed);
  // On a copy: when the other side must hear of it after all, nothing has happened.
  Interworker trial = own.interworker;
  const auto plan = trial.read_offer(to_side(from), text);
  if (!plan || !plan->local_only) return std::nullopt;
  bool renewed = false;
  for (const sdp::StreamPlan& stream : plan->streams) {
    renewed = renewed || stream.ice_restarted || stream.new_dtls_association;
  }
  if (!renewed && what == ims::Alone::renewed) return std::nullopt;
  auto answer = trial.answer_locally();
  if (!answer) return std::nullopt;
  for (const sdp::StreamPlan& stream : plan->streams) {
    if (stream.carried) call.streams[stream.stream].ice_restart_wanted = stream.ice_restarted;
  }
  if (auto applied = apply(call, trial, answer->streams); !applied) {
    refused_.add();
    return fail(applied.error());
  }
  auto written = trial.write_answer();
  if (!written) return fail(written.error());
  own.interworker = std::move(trial);
  local_answers_.add();
  return std::optional(std::move(*written));
}

Result<void> MediaController::confirm(ims::CallHandle handle, std::string_view dialog) {
  const auto found = calls_.find(handle.value);
  if (found == calls_.end()) return {};
  Call& call = found->second;
  auto forked = find_or_fork(call, dialog);
  if (!forked) return fail(forked.error());
  Interworker& interworker = (*forked)->interworker;
  call.confirmed = true;
  const bool changes = call.followed != dialog;
  call.followed = dialog;
  // An offer in the 2xx: the ACK brings what there is to do.
  if (interworker.outstanding_offer_from()) return {};
  const auto states = interworker.streams();
  if (changes) {
    if (auto applied = apply(call, interworker, states); !applied) return applied;
  }
  close_unused(call, states);
  return {};
}

Result<void> MediaController::apply(Call& call, Interworker& interworker,
                                    const StreamStates& states) {
  for (const sdp::StreamState& state : states) {
    if (auto applied = apply(call, interworker, state); !applied) return applied;
  }
  return {};
}

Result<void> MediaController::apply(Call& call, Interworker& interworker,
                                    const sdp::StreamState& state) {
  if (!state.carried) return {};
  const auto found = call.streams.find(state.stream);
  const bool needs_core = state.core.has_value();
  if (found == call.streams.end() || !found->second.wic || (needs_core && !found->second.core)) {
    return fail(Errc::unusable_sdp, "stream without legs");
  }
  Stream& stream = found->second;
  if (state.wic) {
    // New credentials on our side only now: an offer that is refused must leave the old path alone.
    if (std::exchange(stream.ice_restart_wanted, false)) {
      auto restarted = restart_ice(interworker, state.stream, stream);
      if (!restarted) return restarted;
    }
    if (auto set = engine_.set_remote(*stream.wic, to_remote(*state.wic)); !set) {
      return fail(set.error());
    }
  }
  if (state.phone) {
    if (auto set = set_access_remote(call, stream, state); !set) return set;
  }
  if (state.core) {
    if (auto set = engine_.set_remote(*stream.core, to_remote(*state.core, config_.latch)); !set) {
      return fail(set.error());
    }
  }
  if (!needs_core) return {};
  if (auto joined = engine_.connect(*stream.wic, *stream.core, to_connection(state)); !joined) {
    return fail(joined.error());
  }
  play_hold_music(stream, state);
  return {};
}

Result<void> MediaController::restart_ice(Interworker& interworker, StreamId id, Stream& stream) {
  auto credentials = engine_.restart_ice(*stream.wic);
  if (!credentials) return fail(credentials.error());
  stream.anchor.ice_ufrag = credentials->ufrag;
  stream.anchor.ice_password = credentials->password;
  interworker.set_anchor(id, stream.anchor);
  return {};
}

void MediaController::close_unused(Call& call, const StreamStates& states) {
  for (const sdp::StreamState& state : states) {
    const auto found = call.streams.find(state.stream);
    if (state.carried || found == call.streams.end()) continue;
    if (found->second.wic) engine_.close_leg(*found->second.wic);
    if (found->second.core) engine_.close_leg(*found->second.core);
    call.streams.erase(found);
  }
}

void MediaController::rollback(ims::CallHandle handle, std::string_view dialog) {
  const auto found = calls_.find(handle.value);
  if (found == calls_.end()) return;
  Call& call = found->second;
  const auto forked = call.dialogs.find(dialog);
  if (forked == call.dialogs.end()) return;
  for (auto& [id, stream] : call.streams) stream.ice_restart_wanted = false;
  Negotiation& own = forked->second;
  if (!std::exchange(own.under_way, false)) return;
  const bool answered = !own.interworker.outstanding_offer_from();
  own.interworker.take_back();
  // An early answer had moved the media already. A failure here ends the call by its time-out.
  if (answered && call.followed == dialog) {
    static_cast<void>(apply(call, own.interworker, own.interworker.streams()));
  }
}

void MediaController::observe(const CallMedia& media) {
  const auto add = [&](const char* side, const std::optional<media::StreamQuality>& heard) {
    if (!heard) return;
    metrics_
        .histogram("wic_gateway_call_mos", "Estimated opinion score of what a side sent us",
                   {1.5, 2, 2.5, 3, 3.25, 3.5, 3.75, 4, 4.2, 4.5}, {{"side", side}})
        .observe(heard->mos);
  };
  add("client", media.wic_quality.incoming);
  add("core", media.core_quality.incoming);
}

void MediaController::release(ims::CallHandle handle) {
  access_.erase(handle.value);
  const auto found = calls_.find(handle.value);
  if (found == calls_.end()) return;
  if (finished_.size() >= max_finished) finished_.clear();
  const CallMedia media = statistics_of(found->second);
  observe(media);
  finished_[handle.value] = media;
  engine_.close_call(found->second.id);
  by_media_.erase(found->second.id);
  calls_.erase(found);
}

}  // namespace wic
