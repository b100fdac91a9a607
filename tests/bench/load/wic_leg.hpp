// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/time.hpp"
#include "media/dtls/association.hpp"
#include "media/engine.hpp"
#include "media/ice/stun.hpp"
#include "media/srtp/transform.hpp"

namespace bench {

/// What the gateway's SDP says about its side of a W3 leg.
struct WicRemote {
  sockaddr_in address{};
  media::IceCredentials ice;
  media::Fingerprint fingerprint;
  media::DtlsRole our_role = media::DtlsRole::client;
};

/// The browser's end of one WebRTC leg: controlling ICE agent with one pair, DTLS, SRTP.
class WicLeg {
 public:
  using Send = std::function<void(std::span<const std::byte>)>;

  WicLeg(const media::dtls::Context& context, Send send);

  [[nodiscard]] const media::IceCredentials& credentials() const { return local_; }
  [[nodiscard]] const sockaddr_in& remote_address() const { return remote_.address; }
  [[nodiscard]] bool has_remote() const { return remote_.address.sin_port != 0; }
  [[nodiscard]] bool secure() const { return outgoing_ != nullptr; }
  [[nodiscard]] bool failed() const;

  void start(common::TimePoint now, const WicRemote& remote);
  /// STUN and DTLS; RTP goes to unprotect().
  void handle_control(common::TimePoint now, std::span<const std::byte> datagram);
  void handle_timeout(common::TimePoint now);
  /// A consent check (RFC 7675), or the first check with nomination.
  void send_check();

  [[nodiscard]] bool protect(std::span<std::byte> room, std::size_t& size);
  [[nodiscard]] bool unprotect(std::span<std::byte> room, std::size_t& size);

 private:
  void drain_dtls();

  const media::dtls::Context& context_;
  Send send_;
  media::IceCredentials local_;
  WicRemote remote_;
  media::ice::TransactionId transaction_{};
  bool nominated_ = false;
  std::unique_ptr<media::dtls::Association> dtls_;
  media::srtp::DirectionState outgoing_state_;
  media::srtp::DirectionState incoming_state_;
  std::unique_ptr<media::srtp::Transform> outgoing_;
  std::unique_ptr<media::srtp::Transform> incoming_;
};

}  // namespace bench
