// SPDX-License-Identifier: Apache-2.0
// WorkerEngine: how legs get their ends.
#include <memory>
#include <stdexcept>
#include <utility>

#include "media/errc.hpp"
#include "media/io/worker_engine.hpp"

namespace media::io {

ice::Credentials WorkerEngine::fixed_size(const IceCredentials& credentials) {
  ice::Credentials out;
  out.ufrag.assign(credentials.ufrag);
  out.password.assign(credentials.password);
  return out;
}

IceCredentials WorkerEngine::new_credentials() {
  // Hexadecimal, since base64url has characters that ICE does not; 64 and 128 bits.
  return {random_.hex(8), random_.hex(16)};
}

relay::LegSeed WorkerEngine::seed_of(LegId leg, CallId call) {
  relay::LegSeed seed;
  seed.leg = leg;
  seed.call = call;
  seed.ssrc = random_.u32();
  seed.first_sequence = static_cast<std::uint16_t>(random_.u32() & 0x7fffU);
  seed.first_timestamp = random_.u32();
  seed.cname = random_.base64url(12);  // RFC 7022: 96 bits a session
  return seed;
}

const MediaAddress* WorkerEngine::address_of(AddressFamily family, bool access) const {
  for (const MediaAddress& address : access ? config_.access_addresses : config_.core_addresses) {
    if (address.bind.is_v6() == (family == AddressFamily::v6)) return &address;
  }
  return nullptr;
}

common::Result<WebrtcLocal> WorkerEngine::open_webrtc_leg(CallId call_id) {
  const std::lock_guard lock(mutex_);
  const CallRegistry::Call* call = registry_.find_call(call_id);
  if (call == nullptr) return common::fail(Errc::unknown_call);
  const auto leg = registry_.open_leg(call_id, table::LegKind::webrtc);
  if (!leg) return common::fail(Errc::capacity_reached, "no free leg");
  WebrtcLocal local;
  local.leg = *leg;
  local.ice = new_credentials();
  local.fingerprint = certificate_.fingerprint();
  local.tls_id = random_.hex(16);
  for (const MediaAddress& address : config_.webrtc_addresses) {
    local.candidates.push_back(
        {address.advertise, static_cast<std::uint16_t>(config_.webrtc_port + call->worker)});
    if (config_.ice_tcp_port == 0) continue;
    local.tcp_candidates.push_back(
        {address.advertise, static_cast<std::uint16_t>(config_.ice_tcp_port + call->worker)});
  }
  const bool posted = post(*leg, [slot = place_of(*leg).slot, seed = seed_of(*leg, call_id),
                                  credentials = fixed_size(local.ice)](Worker& worker) {
    worker.hub().open_webrtc_leg(worker.now(), slot, seed, credentials);
  });
  if (posted) return local;
  registry_.close_leg(*leg);
  return common::fail(Errc::overloaded);
}

common::Result<RtpLocal> WorkerEngine::open_rtp_leg(CallId call, AddressFamily family) {
  return open_leg(call, family, false);
}

common::Result<RtpLocal> WorkerEngine::open_access_leg(CallId call, AddressFamily family) {
  return open_leg(call, family, true);
}

common::Result<RtpLocal> WorkerEngine::open_leg(CallId call_id, AddressFamily family, bool access) {
  const std::lock_guard lock(mutex_);
  if (!access && config_.core_shared_port) return open_shared_leg(call_id, family);
  const MediaAddress* address = address_of(family, access);
  if (registry_.find_call(call_id) == nullptr) return common::fail(Errc::unknown_call);
  if (address == nullptr) return common::fail(Errc::unsupported_family);
  auto pair = (access ? access_ports_ : ports_).bind_next(address->bind);
  if (!pair) return common::fail(pair.error());
  const auto leg = registry_.open_leg(call_id, table::LegKind::rtp);
  if (!leg) return common::fail(Errc::capacity_reached, "no free leg");
  const std::uint16_t port = pair->rtp_port;
  const auto rtcp_port = static_cast<std::uint16_t>(port + 1);
  const RtpLocal local{.leg = *leg,
                       .rtp = {address->advertise, port},
                       .rtcp = {address->advertise, rtcp_port},
                       .fingerprint = certificate_.fingerprint(),
                       .tls_id = random_.hex(16)};
  const common::Endpoint rtp{address->bind, port};
  const common::Endpoint rtcp{address->bind, rtcp_port};
  const auto sockets = std::make_shared<PortPair>(std::move(*pair));  // std::function copies
  const bool posted = post(*leg, [slot = place_of(*leg).slot, seed = seed_of(*leg, call_id), rtp,
                                  rtcp, access, sockets](Worker& worker) {
    worker.hub().open_rtp_leg(worker.now(), slot, seed, rtp, rtcp, access);
    worker.add_core_sockets(slot, std::move(sockets->rtp), std::move(sockets->rtcp));
  });
  if (posted) return local;
  registry_.close_leg(*leg);
  return common::fail(Errc::overloaded);
}

std::uint16_t WorkerEngine::shared_port(unsigned worker) const {
  const unsigned first = config_.core_port_first + config_.core_port_first % 2U;
  return static_cast<std::uint16_t>(first + 2 * worker);
}

std::vector<Descriptor> WorkerEngine::webrtc_sockets(unsigned worker) const {
  std::vector<Descriptor> sockets;
  const auto port = static_cast<std::uint16_t>(config_.webrtc_port + worker);
  for (const MediaAddress& address : config_.webrtc_addresses) {
    auto socket = bind_udp({address.bind, port}, {config_.socket_buffer, config_.dscp});
    if (!socket) throw std::runtime_error("media: " + socket.error().message());
    sockets.push_back(std::move(*socket));
  }
  return sockets;
}

std::vector<Descriptor> WorkerEngine::tcp_sockets(unsigned worker) const {
  std::vector<Descriptor> sockets;
  if (config_.ice_tcp_port == 0) return sockets;
  const auto port = static_cast<std::uint16_t>(config_.ice_tcp_port + worker);
  for (const MediaAddress& address : config_.webrtc_addresses) {
    auto socket = listen_tcp({address.bind, port});
    if (!socket) throw std::runtime_error("media: " + socket.error().message());
    sockets.push_back(std::move(*socket));
  }
  return sockets;
}

std::vector<Descriptor> WorkerEngine::core_sockets(unsigned worker) const {
  std::vector<Descriptor> sockets;
  if (!config_.core_shared_port) return sockets;
  for (const MediaAddress& address : config_.core_addresses) {
    for (const unsigned offset : {0U, 1U}) {
      const auto port = static_cast<std::uint16_t>(shared_port(worker) + offset);
      auto socket = bind_udp({address.bind, port}, {config_.socket_buffer, config_.dscp});
      if (!socket) throw std::runtime_error("media: " + socket.error().message());
      sockets.push_back(std::move(*socket));
    }
  }
  return sockets;
}

common::Result<RtpLocal> WorkerEngine::open_shared_leg(CallId call_id, AddressFamily family) {
  const CallRegistry::Call* call = registry_.find_call(call_id);
  const MediaAddress* address = address_of(family, false);
  if (call == nullptr) return common::fail(Errc::unknown_call);
  if (address == nullptr) return common::fail(Errc::unsupported_family);
  const auto leg = registry_.open_leg(call_id, table::LegKind::rtp);
  if (!leg) return common::fail(Errc::capacity_reached, "no free leg");
  const std::uint16_t port = shared_port(call->worker);
  const auto rtcp_port = static_cast<std::uint16_t>(port + 1);
  const auto index = static_cast<std::size_t>(address - config_.core_addresses.data());
  const auto socket = static_cast<std::uint8_t>(config_.webrtc_addresses.size() + 2 * index);
  const bool posted =
      post(*leg, [slot = place_of(*leg).slot, seed = seed_of(*leg, call_id), socket,
                  rtp = common::Endpoint{address->bind, port},
                  rtcp = common::Endpoint{address->bind, rtcp_port}](Worker& worker) {
        worker.hub().open_shared_leg(worker.now(), slot, seed, rtp, rtcp, socket,
                                     static_cast<std::uint8_t>(socket + 1));
      });
  if (posted) {
    return RtpLocal{.leg = *leg,
                    .rtp = {address->advertise, port},
                    .rtcp = {address->advertise, rtcp_port},
                    .fingerprint = certificate_.fingerprint(),
                    .tls_id = random_.hex(16)};
  }
  registry_.close_leg(*leg);
  return common::fail(Errc::overloaded);
}

}  // namespace media::io
