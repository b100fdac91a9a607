// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/wic_leg.hpp"

#include "common/io/system_random.hpp"

namespace bench {

namespace {

constexpr std::uint32_t peer_reflexive_priority = 1845501695;
constexpr std::uint64_t tie_breaker = 0x6265'6e63'6821'0001;

common::io::SystemRandom& random_source() {
  static common::io::SystemRandom random;
  return random;
}

}  // namespace

WicLeg::WicLeg(const media::dtls::Context& context, Send send)
    : context_(context),
      send_(std::move(send)),
      local_{random_source().hex(4), random_source().hex(12)} {}

bool WicLeg::failed() const {
  return dtls_ && dtls_->state() == media::dtls::Association::State::failed;
}

void WicLeg::start(common::TimePoint now, const WicRemote& remote) {
  remote_ = remote;
  dtls_ = std::make_unique<media::dtls::Association>(context_, remote.our_role,
                                                     std::vector{remote.fingerprint});
  if (remote.our_role == media::DtlsRole::server) dtls_->start(now);
  send_check();
}

void WicLeg::send_check() {
  random_source().fill(transaction_);
  std::array<std::byte, 256> buffer;
  media::ice::StunWriter writer(buffer, media::ice::StunClass::request, transaction_);
  writer.username(remote_.ice.ufrag + ":" + local_.ufrag);
  writer.priority(peer_reflexive_priority);
  writer.controlling(tie_breaker);
  writer.use_candidate();
  send_(writer.finish(remote_.ice.password));
}

void WicLeg::handle_control(common::TimePoint now, std::span<const std::byte> datagram) {
  if (datagram.empty() || !dtls_) return;
  if (std::to_integer<unsigned>(datagram[0]) < 4) {
    const auto message = media::ice::StunMessage::parse(datagram);
    if (!message || message->kind != media::ice::StunClass::success || nominated_ ||
        message->transaction != transaction_ || !message->authenticated_by(remote_.ice.password))
      return;
    nominated_ = true;
    if (remote_.our_role == media::DtlsRole::client) {
      dtls_->start(now);
      drain_dtls();
    }
    return;
  }
  dtls_->handle_packet(now, datagram);
  drain_dtls();
}

void WicLeg::handle_timeout(common::TimePoint now) {
  if (!dtls_ || secure()) return;
  if (!nominated_) return send_check();
  const auto due = dtls_->poll_timeout(now);
  if (!due || *due > now) return;
  dtls_->handle_timeout(now);
  drain_dtls();
}

void WicLeg::drain_dtls() {
  while (const auto datagram = dtls_->poll_transmit()) send_(*datagram);
  if (secure() || dtls_->keys() == nullptr) return;
  using media::srtp::Backend;
  using media::srtp::Direction;
  const media::dtls::SrtpKeys& keys = *dtls_->keys();
  outgoing_ = media::srtp::make_transform(Backend::native, Direction::protect, keys.profile,
                                          keys.local, outgoing_state_);
  incoming_ = media::srtp::make_transform(Backend::native, Direction::unprotect, keys.profile,
                                          keys.remote, incoming_state_);
}

bool WicLeg::protect(std::span<std::byte> room, std::size_t& size) {
  return outgoing_->rtp(room, size) == media::srtp::Status::ok;
}

bool WicLeg::unprotect(std::span<std::byte> room, std::size_t& size) {
  return incoming_ && incoming_->rtp(room, size) == media::srtp::Status::ok;
}

}  // namespace bench
