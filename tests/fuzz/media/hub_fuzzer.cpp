// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <vector>

#include "media/relay/hub.hpp"

/// Any datagrams at both sides of a call whose keys are set: demultiplexing, SRTP, relay. The first
/// octet of a datagram's two-octet prefix chooses where it arrives, the second its length.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace media;
  std::vector<std::byte> memory(table::CallTable::size_for(2));
  table::CallTable table(memory, 2, 7500);
  relay::Hub hub({}, table);
  const common::TimePoint now{std::chrono::seconds(1)};
  ice::Credentials local;
  local.ufrag.assign("locl");
  local.password.assign("password");
  const common::Endpoint peer = common::Endpoint::parse("192.0.2.1:1000").value();
  hub.open_webrtc_leg(now, 0, {LegId{1ULL << 32U}, CallId{1}, 1, 1, 1, "a"}, local);
  hub.open_rtp_leg(now, 1, {LegId{1ULL << 32U | 1U}, CallId{1}, 2, 2, 2, "b"}, peer, peer);
  hub.set_remote(now, 1, LegId{1ULL << 32U | 1U}, RtpRemote{peer, peer, Latch::any});
  Connection connection;
  for (std::uint8_t type = 0; type < 64; ++type) {
    connection.payloads.push_back({type, type, 48000, 8000, type % 2 == 0, type % 8 == 1});
  }
  connection.payloads.push_back({96, 96, 90'000, 90'000, false});
  connection.transcoding = Transcoding{{.codec = codec::Codec::opus}, {.codec = codec::Codec::amr}};
  connection.second_feedback = full_feedback;
  hub.connect(now, 0, 1, connection);
  std::array<std::byte, 400> check{};
  ice::StunWriter writer(check, ice::StunClass::request, {});
  writer.username("locl:peer");
  writer.use_candidate();
  const auto request = writer.finish("password");
  relay::Datagram first;
  first.data = request.data();
  first.size = static_cast<std::uint32_t>(request.size());
  first.room = check.size();
  first.remote = peer;
  hub.handle_webrtc(now, std::span(&first, 1));
  hub.handshake_done(now, 0, LegId{1ULL << 32U}, 0, {});
  while (size >= 2) {
    const std::uint8_t where = data[0];
    const std::size_t length = std::min<std::size_t>(data[1], size - 2);
    std::vector<std::byte> buffer(length + 64);
    std::copy_n(reinterpret_cast<const std::byte*>(data) + 2, length, buffer.begin());
    relay::Datagram datagram;
    datagram.data = buffer.data();
    datagram.size = static_cast<std::uint32_t>(length);
    datagram.room = static_cast<std::uint32_t>(buffer.size());
    datagram.remote = peer;
    datagram.rtcp_port = (where & 2U) != 0;
    if ((where & 1U) != 0) {
      hub.handle_webrtc(now, std::span(&datagram, 1));
    } else {
      hub.handle_core(now, 1, std::span(&datagram, 1));
    }
    while (const auto work = hub.poll_transcoding()) {
      if (!std::holds_alternative<relay::SoundPacket>(work->what)) continue;
      const auto& packet = std::get<relay::SoundPacket>(work->what);
      hub.transcoded(now, work->slot, work->leg, 1, {packet.timestamp, false, packet.payload});
    }
    while (hub.poll_transmit()) {
    }
    data += 2 + length;
    size -= 2 + length;
  }
  return 0;
}
