// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/result.hpp"
#include "common/time.hpp"
#include "media/dtls/certificate.hpp"
#include "media/engine.hpp"
#include "media/srtp/profile.hpp"

namespace media::dtls {

struct ContextConfig {
  std::vector<srtp::Profile> profiles{srtp::all_profiles.begin(), srtp::all_profiles.end()};
  std::chrono::milliseconds retransmit{400};  // first retransmission, doubled each time
  std::chrono::milliseconds retransmit_max{10'000};
  std::chrono::milliseconds handshake_timeout{20'000};
  std::size_t mtu = 1200;  // RTP-18: what surely passes on W3
};

/// What all associations share: certificate, DTLS 1.2 settings, profiles in order of preference.
/// Thread-safe once made. Throws std::runtime_error when OpenSSL refuses the settings.
class Context {
 public:
  Context(const Certificate& certificate, ContextConfig config);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

 private:
  friend class Association;
  struct State;
  std::unique_ptr<State> state_;
};

/// Master keys of both directions (RFC 5764 4.2), seen from our side.
struct SrtpKeys {
  srtp::Profile profile = srtp::Profile::aes128_cm_sha1_80;
  srtp::MasterKey local;   // protects what we send
  srtp::MasterKey remote;  // protects what the peer sends
};

/// One DTLS-SRTP association over datagrams (RFC 5764). Keys come out only after the peer's
/// certificate matched one of its announced fingerprints (SEC-12). OpenSSL keeps the retransmission
/// timer by its own clock: handle_timeout() when poll_timeout() is due is all it needs.
class Association {
 public:
  enum class State { handshaking, connected, failed, closed };

  Association(const Context& context, DtlsRole our_role, std::vector<Fingerprint> expected);
  ~Association();
  Association(const Association&) = delete;
  Association& operator=(const Association&) = delete;

  /// Starts the clock; as client sends the first flight.
  void start(common::TimePoint now);
  void handle_packet(common::TimePoint now, std::span<const std::byte> datagram);
  void handle_timeout(common::TimePoint now);
  /// Sends close_notify.
  void close();

  /// The next datagram to send.
  [[nodiscard]] std::optional<std::vector<std::byte>> poll_transmit();
  [[nodiscard]] std::optional<common::TimePoint> poll_timeout(common::TimePoint now) const;

  [[nodiscard]] State state() const;
  [[nodiscard]] const SrtpKeys* keys() const;        // only when connected
  [[nodiscard]] const common::Error* error() const;  // only when failed

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace media::dtls
