// SPDX-License-Identifier: Apache-2.0

// What one packet costs in the media core: SRTP by profile and backend, and the whole relay path
// (without system calls) over many calls, so that caches are as cold as in a busy worker.
#include <cstdlib>
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "media/relay/hub.hpp"
#include "media/rtp/octets.hpp"
#include "media/srtp/transform.hpp"

namespace {

using namespace media;
using Bytes = std::vector<std::byte>;

Bytes packet(std::size_t payload) {
  Bytes bytes(12 + payload + srtp::max_trailer);
  bytes[0] = std::byte{0x80};
  store32(bytes, 8, 0x1234);
  return bytes;
}

srtp::MasterKey some_key() {
  srtp::MasterKey key;
  key.key.fill(7);
  key.salt.fill(9);
  return key;
}

void protect(benchmark::State& state, srtp::Backend backend, srtp::Profile profile) {
  srtp::DirectionState streams;
  const auto transform =
      make_transform(backend, srtp::Direction::protect, profile, some_key(), streams);
  Bytes bytes = packet(160);
  std::uint16_t sequence = 0;
  for (auto _ : state) {
    store16(bytes, 2, sequence++);
    std::size_t size = 172;
    if (transform->rtp(bytes, size) != srtp::Status::ok) std::abort();
  }
}

void round_trip(benchmark::State& state, srtp::Backend backend, srtp::Profile profile) {
  srtp::DirectionState sent;
  srtp::DirectionState received;
  const auto sender = make_transform(backend, srtp::Direction::protect, profile, some_key(), sent);
  const auto receiver =
      make_transform(backend, srtp::Direction::unprotect, profile, some_key(), received);
  Bytes bytes = packet(160);
  std::uint16_t sequence = 0;
  for (auto _ : state) {
    store16(bytes, 2, sequence++);
    std::size_t size = 172;
    if (sender->rtp(bytes, size) != srtp::Status::ok) std::abort();
    if (receiver->rtp(bytes, size) != srtp::Status::ok) std::abort();
  }
}

/// Core to WebRTC: parse, map, rewrite, encrypt, address.
void relay_to_webrtc(benchmark::State& state, srtp::Profile profile) {
  const auto calls = static_cast<std::uint32_t>(state.range(0));
  std::vector<std::byte> memory(table::CallTable::size_for(2 * calls));
  table::CallTable table(memory, 2 * calls, 7500);
  relay::Hub hub({}, table);
  const common::TimePoint now{std::chrono::seconds(1)};
  const auto endpoint = [](std::uint32_t number) {
    common::Endpoint peer;
    peer.address.octets = {10, 0, static_cast<std::uint8_t>(number >> 8U),
                           static_cast<std::uint8_t>(number)};
    peer.port = 4000;
    return peer;
  };
  Connection connection;
  connection.payloads = {{0, 0, 8000, 8000, false}};
  for (std::uint32_t i = 0; i < calls; ++i) {
    const LegId first{1ULL << 32U | 2 * i};
    const LegId second{1ULL << 32U | (2 * i + 1)};
    ice::Credentials local;
    local.ufrag.assign("u" + std::to_string(i));
    local.password.assign("password");
    hub.open_webrtc_leg(now, 2 * i, {first, CallId{i}, 1, 1, 1, "a"}, local);
    hub.open_rtp_leg(now, 2 * i + 1, {second, CallId{i}, 2, 2, 2, "b"}, {}, {});
    hub.set_remote(now, 2 * i + 1, second, RtpRemote{endpoint(i), endpoint(i), Latch::off});
    hub.connect(now, 2 * i, 2 * i + 1, connection);
    Bytes check(400);
    ice::StunWriter writer(check, ice::StunClass::request, {});
    writer.username("u" + std::to_string(i) + ":p");
    writer.use_candidate();
    const auto request = writer.finish("password");
    relay::Datagram datagram;
    datagram.data = request.data();
    datagram.size = static_cast<std::uint32_t>(request.size());
    datagram.room = 400;
    datagram.remote = endpoint(i);
    hub.handle_webrtc(now, std::span(&datagram, 1));
    hub.handshake_done(now, 2 * i, first, 0, {profile, some_key(), some_key()});
  }
  Bytes bytes = packet(160);
  std::uint32_t call = 0;
  std::uint16_t sequence = 0;
  for (auto _ : state) {
    bytes[0] = std::byte{0x80};
    store8(bytes, 1, 0);
    store16(bytes, 2, sequence);
    store32(bytes, 8, 0x1234);
    relay::Datagram datagram;
    datagram.data = bytes.data();
    datagram.size = 172;
    datagram.room = static_cast<std::uint32_t>(bytes.size());
    datagram.remote = endpoint(call);
    hub.handle_core(now, 2 * call + 1, std::span(&datagram, 1));
    if (datagram.action != relay::Action::send_shared) std::abort();
    if (++call == calls) {
      call = 0;
      ++sequence;
    }
  }
}

using srtp::Backend;
using srtp::Profile;
BENCHMARK_CAPTURE(protect, native_cm_80, Backend::native, Profile::aes128_cm_sha1_80);
BENCHMARK_CAPTURE(protect, native_gcm_128, Backend::native, Profile::aead_aes_128_gcm);
BENCHMARK_CAPTURE(protect, openssl_cm_80, Backend::openssl, Profile::aes128_cm_sha1_80);
BENCHMARK_CAPTURE(protect, openssl_gcm_128, Backend::openssl, Profile::aead_aes_128_gcm);
BENCHMARK_CAPTURE(protect, openssl_gcm_256, Backend::openssl, Profile::aead_aes_256_gcm);
BENCHMARK_CAPTURE(protect, libsrtp_cm_80, Backend::libsrtp, Profile::aes128_cm_sha1_80);
BENCHMARK_CAPTURE(protect, libsrtp_gcm_128, Backend::libsrtp, Profile::aead_aes_128_gcm);
BENCHMARK_CAPTURE(round_trip, native_cm_80, Backend::native, Profile::aes128_cm_sha1_80);
BENCHMARK_CAPTURE(round_trip, native_gcm_128, Backend::native, Profile::aead_aes_128_gcm);
BENCHMARK_CAPTURE(round_trip, openssl_cm_80, Backend::openssl, Profile::aes128_cm_sha1_80);
BENCHMARK_CAPTURE(round_trip, openssl_gcm_128, Backend::openssl, Profile::aead_aes_128_gcm);
BENCHMARK_CAPTURE(round_trip, libsrtp_cm_80, Backend::libsrtp, Profile::aes128_cm_sha1_80);
BENCHMARK_CAPTURE(round_trip, libsrtp_gcm_128, Backend::libsrtp, Profile::aead_aes_128_gcm);
BENCHMARK_CAPTURE(relay_to_webrtc, gcm_128, Profile::aead_aes_128_gcm)->Arg(1)->Arg(1000);
BENCHMARK_CAPTURE(relay_to_webrtc, cm_80, Profile::aes128_cm_sha1_80)->Arg(1)->Arg(1000);

}  // namespace

BENCHMARK_MAIN();
