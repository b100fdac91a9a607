// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "tests/unit/media/io/engine_fixture.hpp"

namespace test {

/// How a phone protects its sound.
enum class PhoneKind { plain, sdes, dtls_client, dtls_server, dtls_client_mux };

/// A phone on a port pair without ICE. SRTP by libsrtp2, DTLS by an association a port, or one for
/// both where RTCP is multiplexed.
class PhonePeer {
 public:
  using Clock = common::SteadyClock;

  explicit PhonePeer(PhoneKind kind, srtp::Profile profile = srtp::Profile::aead_aes_128_gcm)
      : kind_(kind),
        profile_(profile),
        certificate_(
            media::dtls::Certificate::self_signed(common::system_time(1'800'000'000), 78).value()),
        context_(certificate_,
                 {.profiles = {profile}, .retransmit = std::chrono::milliseconds(50)}) {
    for (std::size_t i = 0; i < key_size(); ++i) {
      own_key_.push_back(static_cast<std::uint8_t>(i + 1));
      gateway_key_.push_back(static_cast<std::uint8_t>(200 - i));
    }
  }

  [[nodiscard]] media::RtpRemote description() const {
    media::RtpRemote remote{rtp.endpoint(), mux() ? rtp.endpoint() : rtcp.endpoint()};
    remote.latch = media::Latch::host;
    remote.rtcp_mux = mux();
    if (kind_ == PhoneKind::sdes) {
      remote.sdes = media::SdesKeys{std::string(srtp::suite_of(profile_)), gateway_key_, own_key_};
    } else if (kind_ != PhoneKind::plain) {
      remote.dtls =
          media::DtlsRemote{{certificate_.fingerprint()},
                            kind_ == PhoneKind::dtls_server ? DtlsRole::client : DtlsRole::server,
                            {}};
    }
    return remote;
  }

  /// True when the phone can send and hear.
  bool establish(const RtpLocal& gateway) {
    if (kind_ == PhoneKind::plain) return true;
    if (kind_ == PhoneKind::sdes) {
      media::dtls::SrtpKeys keys{profile_, key_of(own_key_), key_of(gateway_key_)};
      halves_[0].make(keys);
      halves_[1].make(keys);
      return true;
    }
    return handshake(rtp, gateway.rtp, gateway.fingerprint, 0) &&
           (mux() || handshake(rtcp, gateway.rtcp, gateway.fingerprint, 1));
  }

  void send(const RtpLocal& gateway, Bytes packet) { protect(rtp, gateway.rtp, packet, false); }
  void send_rtcp(const RtpLocal& gateway, Bytes packet) {
    protect(mux() ? rtp : rtcp, mux() ? gateway.rtp : gateway.rtcp, packet, true);
  }
  std::optional<Bytes> receive(int timeout_ms = 2000) { return open(rtp, timeout_ms, false); }
  std::optional<Bytes> receive_rtcp(int timeout_ms = 2000) {
    return open(mux() ? rtp : rtcp, timeout_ms, true);
  }

  UdpPeer rtp;
  UdpPeer rtcp;

 private:
  /// SRTP contexts of one association.
  struct Half {
    std::unique_ptr<srtp::Transform> sending;
    std::unique_ptr<srtp::Transform> receiving;
    srtp::DirectionState sent;
    srtp::DirectionState received;
    void make(const media::dtls::SrtpKeys& keys) {
      sending = make_transform(srtp::Backend::libsrtp, srtp::Direction::protect, keys.profile,
                               keys.local, sent);
      receiving = make_transform(srtp::Backend::libsrtp, srtp::Direction::unprotect, keys.profile,
                                 keys.remote, received);
    }
  };

  [[nodiscard]] bool mux() const { return kind_ == PhoneKind::dtls_client_mux; }
  [[nodiscard]] std::size_t key_size() const {
    return srtp::key_size(profile_) + srtp::salt_size(profile_);
  }
  [[nodiscard]] Half& half(bool is_rtcp) { return halves_[is_rtcp && !mux() ? 1 : 0]; }
  [[nodiscard]] srtp::MasterKey key_of(const std::vector<std::uint8_t>& octets) const {
    srtp::MasterKey key;
    const auto split = octets.begin() + static_cast<std::ptrdiff_t>(srtp::key_size(profile_));
    std::copy(octets.begin(), split, key.key.begin());
    std::copy(split, octets.end(), key.salt.begin());
    return key;
  }

  bool handshake(UdpPeer& port, const common::Endpoint& to, const media::Fingerprint& theirs,
                 std::size_t number) {
    using State = media::dtls::Association::State;
    auto& association = associations_[number];
    association = std::make_unique<media::dtls::Association>(
        context_, kind_ == PhoneKind::dtls_server ? DtlsRole::server : DtlsRole::client,
        std::vector<media::Fingerprint>{theirs});
    association->start(Clock::now());
    const auto end = Clock::now() + std::chrono::seconds(5);
    while (association->state() == State::handshaking && Clock::now() < end) {
      while (auto datagram = association->poll_transmit()) port.send(to, *datagram);
      if (const auto bytes = port.receive(20)) association->handle_packet(Clock::now(), *bytes);
      association->handle_timeout(Clock::now());
    }
    while (auto datagram = association->poll_transmit()) port.send(to, *datagram);
    if (association->keys() == nullptr) return false;
    halves_[number].make(*association->keys());
    return true;
  }

  void protect(const UdpPeer& port, const common::Endpoint& to, Bytes& packet, bool is_rtcp) {
    if (kind_ == PhoneKind::plain) return port.send(to, packet);
    std::size_t size = packet.size();
    packet.resize(size + 200);  // libsrtp wants more room than it uses
    srtp::Transform& transform = *half(is_rtcp).sending;
    const auto status = is_rtcp ? transform.rtcp(packet, size) : transform.rtp(packet, size);
    if (status == srtp::Status::ok) port.send(to, std::span(packet).first(size));
  }

  std::optional<Bytes> open(UdpPeer& port, int timeout_ms, bool is_rtcp) {
    for (int i = 0; i < 50; ++i) {
      auto bytes = port.receive(timeout_ms);
      if (!bytes) return std::nullopt;
      const auto kind = media::rtp::classify(*bytes);
      if (kind != (is_rtcp ? media::rtp::PacketKind::rtcp : media::rtp::PacketKind::rtp)) continue;
      if (kind_ == PhoneKind::plain) return bytes;
      std::size_t size = bytes->size();
      srtp::Transform& transform = *half(is_rtcp).receiving;
      const auto status = is_rtcp ? transform.rtcp(*bytes, size) : transform.rtp(*bytes, size);
      if (status != srtp::Status::ok) return std::nullopt;
      bytes->resize(size);
      return bytes;
    }
    return std::nullopt;
  }

  PhoneKind kind_;
  srtp::Profile profile_;
  media::dtls::Certificate certificate_;
  media::dtls::Context context_;
  std::vector<std::uint8_t> own_key_;
  std::vector<std::uint8_t> gateway_key_;
  std::array<std::unique_ptr<media::dtls::Association>, 2> associations_;
  std::array<Half, 2> halves_;
};

}  // namespace test
