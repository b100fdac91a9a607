// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/rtpengine_driver.hpp"

#include "tests/bench/load/session_description.hpp"
#include "tests/bench/load/sip_dialog.hpp"

namespace bench {

namespace {

RtpengineCommand command(std::string name, const std::string& call) {
  RtpengineCommand out;
  out.texts = {{"command", std::move(name)}, {"call-id", call}, {"from-tag", "browser"}};
  return out;
}

}  // namespace

RtpengineDriver::RtpengineDriver(RtpengineClient& rtpengine, MediaPlane& plane,
                                 const DtlsContexts& contexts, std::size_t capacity)
    : rtpengine_(rtpengine), plane_(plane), contexts_(contexts), capacity_(capacity) {}

void RtpengineDriver::open(std::size_t index, Done done) {
  Call& call = calls_[index];
  call = Call{};
  call.id = unique_token();
  call.done = std::move(done);
  call.wic =
      plane_.open_wic(contexts_.of(profile_), [this, index] { hear(index, &Call::wic_heard); });
  RtpengineCommand offer = command("offer", call.id);
  offer.texts["sdp"] =
      browser_sdp(plane_.wic(call.wic).credentials(), contexts_.fingerprint(), "actpass");
  offer.texts["ICE"] = "remove";
  offer.texts["ICE-lite"] = "backward";
  offer.texts["transport-protocol"] = "RTP/AVP";
  offer.lists["rtcp-mux"] = {"demux"};
  rtpengine_.send(offer, [this, index](bool ok, std::string sdp) { offered(index, ok, sdp); });
}

void RtpengineDriver::offered(std::size_t index, bool ok, const std::string& sdp) {
  Call& call = calls_.at(index);
  const auto core = read_core_sdp(sdp);
  if (!ok || !core) return fail(index);
  call.core_side = *core;
  plane_.open_core(plane_.core_address(), *core, [this, index] { hear(index, &Call::core_heard); });
  RtpengineCommand answer = command("answer", call.id);
  answer.texts["to-tag"] = "core";
  answer.texts["sdp"] = core_sdp(plane_.core_address());
  answer.texts["ICE-lite"] = "backward";
  rtpengine_.send(answer,
                  [this, index](bool done, std::string text) { answered(index, done, text); });
}

void RtpengineDriver::answered(std::size_t index, bool ok, const std::string& sdp) {
  const auto remote = read_gateway_sdp(sdp);
  if (!ok || !remote) return fail(index);
  plane_.start_wic(calls_.at(index).wic, *remote);
}

void RtpengineDriver::hear(std::size_t index, bool Call::*side) {
  Call& call = calls_.at(index);
  call.*side = true;
  if (call.wic_heard && call.core_heard && call.done) std::exchange(call.done, nullptr)(true);
}

void RtpengineDriver::fail(std::size_t index) {
  if (Done done = std::exchange(calls_.at(index).done, nullptr)) done(false);
}

void RtpengineDriver::close(std::size_t index, Done done) {
  const auto call = calls_.extract(index);
  if (!call) return done(false);
  plane_.close_wic(call.mapped().wic);
  if (call.mapped().core_side.sin_port != 0)
    plane_.close_core(plane_.core_address(), call.mapped().core_side);
  RtpengineCommand end = command("delete", call.mapped().id);
  end.texts["delete-delay"] = "0";
  rtpengine_.send(end, [done = std::move(done)](bool ok, const std::string&) { done(ok); });
}

}  // namespace bench
