// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/engine_driver.hpp"

#include "tests/bench/load/core_transport.hpp"

namespace bench {

EngineDriver::EngineDriver(media::Engine& engine, media::EventSink& sink, MediaPlane& plane,
                           const DtlsContexts& contexts, std::size_t capacity)
    : engine_(engine), sink_(sink), plane_(plane), contexts_(contexts), capacity_(capacity) {}

void EngineDriver::open(std::size_t index, Done done) {
  Call& call = calls_[index];
  call = Call{};
  call.done = std::move(done);
  if (!try_open(index, call)) std::exchange(call.done, nullptr)(false);
}

common::Result<void> EngineDriver::try_open(std::size_t index, Call& call) {
  const auto id = engine_.open_call(sink_);
  if (!id) return common::fail(id.error());
  call.call = *id;
  const auto web = engine_.open_webrtc_leg(*id);
  if (!web) return common::fail(web.error());
  const auto core = engine_.open_rtp_leg(*id, media::AddressFamily::v4);
  if (!core) return common::fail(core.error());

  call.wic =
      plane_.open_wic(contexts_.of(profile_), [this, index] { hear(index, &Call::wic_heard); });
  media::WebrtcRemote browser;
  browser.ice = plane_.wic(call.wic).credentials();
  browser.fingerprints = {contexts_.fingerprint()};
  browser.our_role = index % 2 == 0 ? media::DtlsRole::server : media::DtlsRole::client;
  if (auto set = engine_.set_remote(web->leg, browser); !set) return set;

  call.core_side = plane_.core_address(call.wic);
  media::RtpRemote peer;
  peer.rtp = *common::Endpoint::parse(print_address(call.core_side));
  peer.rtcp = peer.rtp;
  ++peer.rtcp.port;
  if (auto set = engine_.set_remote(core->leg, peer); !set) return set;

  media::Connection connection;
  connection.payloads = {{0, 0, 8000, 8000, false}, {126, 101, 8000, 8000, true}};
  if (auto joined = engine_.connect(web->leg, core->leg, connection); !joined) return joined;

  call.gateway_rtp = parse_address(core->rtp.to_string());
  plane_.open_core(call.core_side, call.gateway_rtp,
                   [this, index] { hear(index, &Call::core_heard); });
  WicRemote remote;
  remote.address = parse_address(web->candidates.front().to_string());
  remote.ice = web->ice;
  remote.fingerprint = web->fingerprint;
  remote.our_role = index % 2 == 0 ? media::DtlsRole::client : media::DtlsRole::server;
  plane_.start_wic(call.wic, remote);
  return {};
}

void EngineDriver::hear(std::size_t index, bool Call::*side) {
  Call& call = calls_[index];
  call.*side = true;
  if (call.wic_heard && call.core_heard && call.done) std::exchange(call.done, nullptr)(true);
}

void EngineDriver::close(std::size_t index, Done done) {
  const auto call = calls_.extract(index);
  if (!call) return done(false);
  plane_.close_wic(call.mapped().wic);
  plane_.close_core(call.mapped().core_side, call.mapped().gateway_rtp);
  engine_.close_call(call.mapped().call);
  done(true);
}

}  // namespace bench
