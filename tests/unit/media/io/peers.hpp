// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <poll.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>

#include "common/io/sockaddr.hpp"
#include "media/dtls/association.hpp"
#include "media/engine.hpp"
#include "media/ice/stun.hpp"
#include "media/io/udp_socket.hpp"
#include "media/rtp/demux.hpp"
#include "media/srtp/transform.hpp"
#include "tests/unit/media/rtp_packets.hpp"

namespace test {

/// A UDP socket on loopback that waits for what comes.
class UdpPeer {
 public:
  explicit UdpPeer(const char* address = "127.0.0.1")
      : socket_(
            media::io::bind_udp({common::IpAddress::parse(address).value(), 0}, {.buffer = 1 << 20})
                .value()) {
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&name), &size);
    endpoint_ = common::io::from_sockaddr(name);
  }
  virtual ~UdpPeer() = default;

  [[nodiscard]] virtual common::Endpoint endpoint() const { return endpoint_; }

  virtual void send(const common::Endpoint& to, std::span<const std::byte> bytes) const {
    sockaddr_storage address;
    const socklen_t length = common::io::to_sockaddr(to, address);
    sendto(socket_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&address),
           length);
  }

  virtual std::optional<Bytes> receive(int timeout_ms = 2000) {
    pollfd wait{socket_.get(), POLLIN, 0};
    if (poll(&wait, 1, timeout_ms) != 1) return std::nullopt;
    Bytes bytes(2048);
    sockaddr_storage address;
    std::array<std::byte, 128> control{};
    iovec content{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_name = &address;
    message.msg_namelen = sizeof address;
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const auto size = recvmsg(socket_.get(), &message, 0);
    if (size < 0) return std::nullopt;
    if (const cmsghdr* about = CMSG_FIRSTHDR(&message)) {
      traffic_class = std::to_integer<int>(*reinterpret_cast<const std::byte*>(CMSG_DATA(about)));
    }
    from = common::io::from_sockaddr(address);
    bytes.resize(static_cast<std::size_t>(size));
    return bytes;
  }

  /// From now on `traffic_class` is that of the last datagram.
  void tell_class() const {
    const int on = 1;
    setsockopt(socket_.get(), IPPROTO_IP, IP_RECVTOS, &on, sizeof on);
    setsockopt(socket_.get(), IPPROTO_IPV6, IPV6_RECVTCLASS, &on, sizeof on);
  }

  common::Endpoint from;
  int traffic_class = 0;

 private:
  media::io::Descriptor socket_;
  common::Endpoint endpoint_;
};

/// What a browser does for one audio section: checks, DTLS in either role, SRTP.
class WebrtcPeer {
 public:
  using Clock = common::SteadyClock;

  WebrtcPeer(media::DtlsRole role, std::vector<media::srtp::Profile> profiles,
             const char* address = "127.0.0.1")
      : udp(std::make_unique<UdpPeer>(address)),
        certificate(
            media::dtls::Certificate::self_signed(common::system_time(1'800'000'000), 77).value()),
        context(certificate,
                {.profiles = std::move(profiles), .retransmit = std::chrono::milliseconds(50)}),
        role_(role) {}

  [[nodiscard]] media::WebrtcRemote description() const {
    return {ice,
            {certificate.fingerprint()},
            role_ == media::DtlsRole::client ? media::DtlsRole::server : media::DtlsRole::client,
            {}};
  }

  /// Sends a check, repeated like a browser's; true when it was answered with success.
  bool check(const media::IceCredentials& theirs, const common::Endpoint& to,
             bool use_candidate = true) {
    Bytes buffer(400);
    media::ice::TransactionId id{static_cast<std::byte>(++transaction_)};
    media::ice::StunWriter writer(buffer, media::ice::StunClass::request, id);
    writer.username(theirs.ufrag + ":" + ice.ufrag);
    writer.priority(1);
    writer.controlling(1);
    if (use_candidate) writer.use_candidate();
    const auto request = writer.finish(theirs.password);
    for (int i = 0; i < 7; ++i) {
      udp->send(to, request);
      while (const auto bytes = udp->receive(300)) {
        if (media::rtp::classify(*bytes) == media::rtp::PacketKind::dtls) early_.push_back(*bytes);
        const auto answer = media::ice::StunMessage::parse(*bytes);
        if (answer && answer->transaction == id) {
          return answer->kind == media::ice::StunClass::success &&
                 answer->mapped_address == udp->endpoint();
        }
      }
    }
    return false;
  }

  /// Runs the handshake; true when keys are there.
  bool handshake(const media::Fingerprint& theirs, const common::Endpoint& to) {
    association = std::make_unique<media::dtls::Association>(
        context, role_, std::vector<media::Fingerprint>{theirs});
    association->start(Clock::now());
    for (const Bytes& bytes : early_) association->handle_packet(Clock::now(), bytes);
    early_.clear();
    const auto end = Clock::now() + std::chrono::seconds(5);
    while (association->state() == media::dtls::Association::State::handshaking &&
           Clock::now() < end) {
      while (auto datagram = association->poll_transmit()) udp->send(to, *datagram);
      if (const auto bytes = udp->receive(20)) association->handle_packet(Clock::now(), *bytes);
      association->handle_timeout(Clock::now());
    }
    while (auto datagram = association->poll_transmit()) udp->send(to, *datagram);
    if (association->keys() == nullptr) return false;
    const media::dtls::SrtpKeys& keys = *association->keys();
    sending_state = {};
    receiving_state = {};
    sending = make_transform(media::srtp::Backend::libsrtp, media::srtp::Direction::protect,
                             keys.profile, keys.local, sending_state);
    receiving = make_transform(media::srtp::Backend::libsrtp, media::srtp::Direction::unprotect,
                               keys.profile, keys.remote, receiving_state);
    return true;
  }

  void send_rtp(const common::Endpoint& to, Bytes packet) { protect(to, std::move(packet), false); }
  void send_rtcp(const common::Endpoint& to, Bytes packet) { protect(to, std::move(packet), true); }

  /// The next RTP (or RTCP) packet, decrypted.
  std::optional<Bytes> receive(bool rtcp = false, int timeout_ms = 2000) {
    for (int i = 0; i < 50; ++i) {
      auto bytes = udp->receive(timeout_ms);
      if (!bytes) return std::nullopt;
      const auto kind = media::rtp::classify(*bytes);
      if (kind != (rtcp ? media::rtp::PacketKind::rtcp : media::rtp::PacketKind::rtp)) continue;
      std::size_t size = bytes->size();
      const auto status = rtcp ? receiving->rtcp(*bytes, size) : receiving->rtp(*bytes, size);
      if (status != media::srtp::Status::ok) return std::nullopt;
      bytes->resize(size);
      return bytes;
    }
    return std::nullopt;
  }

  std::unique_ptr<UdpPeer> udp;  // replaced when the peer changes its address, or uses TCP
  media::dtls::Certificate certificate;
  media::dtls::Context context;
  media::IceCredentials ice{"peer", "peerpassword22chars0000"};
  std::unique_ptr<media::dtls::Association> association;
  std::unique_ptr<media::srtp::Transform> sending;
  std::unique_ptr<media::srtp::Transform> receiving;
  media::srtp::DirectionState sending_state;
  media::srtp::DirectionState receiving_state;

 private:
  void protect(const common::Endpoint& to, Bytes packet, bool rtcp) {
    std::size_t size = packet.size();
    packet.resize(size + 200);  // libsrtp wants more room than it uses
    const auto status = rtcp ? sending->rtcp(packet, size) : sending->rtp(packet, size);
    if (status == media::srtp::Status::ok) udp->send(to, std::span(packet).first(size));
  }

  media::DtlsRole role_;
  std::uint8_t transaction_ = 0;
  std::vector<Bytes> early_;
};

}  // namespace test
