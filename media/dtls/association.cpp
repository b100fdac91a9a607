// SPDX-License-Identifier: Apache-2.0
#include "media/dtls/association.hpp"

#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cctype>

#include <openssl/crypto.h>
#include <openssl/srtp.h>

#include "media/dtls/context_state.hpp"
#include "media/dtls/datagram_bio.hpp"
#include "media/errc.hpp"

namespace media::dtls {
namespace {

/// What OpenSSL's callbacks see of an association.
struct CallbackState {
  std::vector<Fingerprint> expected;
  std::chrono::microseconds retransmit{};
  std::chrono::microseconds retransmit_max{};
  bool fingerprint_matched = false;
};

CallbackState& callback_state_of(const SSL* ssl) {
  return *static_cast<CallbackState*>(SSL_get_app_data(ssl));
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool matches(const X509& certificate, const std::vector<Fingerprint>& expected) {
  return std::any_of(expected.begin(), expected.end(), [&](const Fingerprint& one) {
    const std::string hash = certificate_hash(certificate, lower(one.algorithm));
    return !hash.empty() && lower(hash) == lower(one.value);
  });
}

unsigned int next_retransmit(SSL* ssl, unsigned int previous) noexcept {
  const CallbackState& state = callback_state_of(ssl);
  const auto next = previous == 0
                        ? state.retransmit
                        : std::min(std::chrono::microseconds(previous) * 2, state.retransmit_max);
  return static_cast<unsigned int>(next.count());
}

srtp::Profile profile_of(const SRTP_PROTECTION_PROFILE& profile) {
  return static_cast<srtp::Profile>(profile.id);  // our enumerators have the registry's values
}

}  // namespace

int verify_peer_certificate(X509_STORE_CTX* store, void* /*argument*/) noexcept {
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  CallbackState& state = callback_state_of(ssl);
  const X509* leaf = X509_STORE_CTX_get0_cert(store);
  state.fingerprint_matched = leaf != nullptr && matches(*leaf, state.expected);
  X509_STORE_CTX_set_error(store, state.fingerprint_matched ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
  return state.fingerprint_matched ? 1 : 0;
}

struct Association::Impl {
  Impl() = default;
  ~Impl() { OPENSSL_cleanse(&keys, sizeof keys); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::chrono::milliseconds handshake_timeout{};
  CallbackState callbacks;
  DatagramBuffer buffer;
  SslPtr ssl;
  DtlsRole role = DtlsRole::server;
  State state = State::handshaking;
  common::TimePoint deadline{};
  SrtpKeys keys;
  common::Error error;

  void fail(Errc code, std::string detail) {
    state = State::failed;
    error = {make_error_code(code), std::move(detail)};
  }
  void drive();
  void read_records();
  void take_keys();
};

void Association::Impl::drive() {
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl.get());
  if (done == 1) {
    take_keys();
    return;
  }
  const int why = SSL_get_error(ssl.get(), done);
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return;
  const bool peer_refused_by_us = SSL_get_verify_result(ssl.get()) == X509_V_ERR_CERT_REJECTED;
  fail(peer_refused_by_us ? Errc::fingerprint_mismatch : Errc::handshake_failed,
       take_openssl_error());
}

void Association::Impl::take_keys() {
  if (!callbacks.fingerprint_matched) return fail(Errc::fingerprint_mismatch, "no certificate");
  const SRTP_PROTECTION_PROFILE* chosen = SSL_get_selected_srtp_profile(ssl.get());
  if (chosen == nullptr) return fail(Errc::no_srtp_profile, "peer offers no profile of ours");
  const srtp::Profile profile = profile_of(*chosen);
  const std::size_t key = srtp::key_size(profile);
  const std::size_t salt = srtp::salt_size(profile);
  constexpr std::string_view label = "EXTRACTOR-dtls_srtp";
  std::array<unsigned char, 2 * (srtp::max_key_size + srtp::max_salt_size)> material{};
  if (SSL_export_keying_material(ssl.get(), material.data(), 2 * (key + salt), label.data(),
                                 label.size(), nullptr, 0, 0) != 1) {
    return fail(Errc::handshake_failed, take_openssl_error());
  }
  // RFC 5764 4.2: client key, server key, client salt, server salt.
  srtp::MasterKey client;
  srtp::MasterKey server;
  const unsigned char* at = material.data();
  std::copy_n(at, key, client.key.begin());
  std::copy_n(at + key, key, server.key.begin());
  std::copy_n(at + 2 * key, salt, client.salt.begin());
  std::copy_n(at + 2 * key + salt, salt, server.salt.begin());
  OPENSSL_cleanse(material.data(), material.size());
  keys.profile = profile;
  keys.local = role == DtlsRole::client ? client : server;
  keys.remote = role == DtlsRole::client ? server : client;
  state = State::connected;
}

void Association::Impl::read_records() {
  // Also answers a repeated last flight of the peer, whose copy of ours was lost.
  std::array<unsigned char, 2048> ignored{};
  ERR_clear_error();
  const int size = SSL_read(ssl.get(), ignored.data(), static_cast<int>(ignored.size()));
  if (size > 0) return;
  const int why = SSL_get_error(ssl.get(), size);
  if (why == SSL_ERROR_ZERO_RETURN) state = State::closed;
  if (why == SSL_ERROR_SSL) fail(Errc::handshake_failed, take_openssl_error());
}

Association::Association(const Context& context, DtlsRole our_role,
                         std::vector<Fingerprint> expected)
    : impl_(std::make_unique<Impl>()) {
  const ContextConfig& config = context.state_->config;
  impl_->role = our_role;
  impl_->handshake_timeout = config.handshake_timeout;
  impl_->callbacks.expected = std::move(expected);
  impl_->callbacks.retransmit = config.retransmit;
  impl_->callbacks.retransmit_max = config.retransmit_max;
  impl_->buffer.mtu = config.mtu;
  impl_->ssl.reset(SSL_new(context.state_->ssl.get()));
  BioPtr bio = make_datagram_bio(impl_->buffer);
  if (!impl_->ssl || !bio) {
    impl_->fail(Errc::handshake_failed, take_openssl_error());
    return;
  }
  SSL* ssl = impl_->ssl.get();
  BIO* both_ways = bio.release();
  SSL_set_bio(ssl, both_ways, both_ways);  // takes one reference when both are the same
  SSL_set_app_data(ssl, &impl_->callbacks);
  DTLS_set_timer_cb(ssl, next_retransmit);
  SSL_set_mtu(ssl, static_cast<long>(config.mtu));
  if (our_role == DtlsRole::client) {
    SSL_set_connect_state(ssl);
  } else {
    SSL_set_accept_state(ssl);
  }
}

Association::~Association() = default;

void Association::start(common::TimePoint now) {
  impl_->deadline = now + impl_->handshake_timeout;
  if (impl_->state == State::handshaking && impl_->role == DtlsRole::client) impl_->drive();
}

void Association::handle_packet(common::TimePoint now, std::span<const std::byte> datagram) {
  if (impl_->state == State::failed || impl_->state == State::closed) return;
  impl_->buffer.incoming = datagram;
  if (impl_->state == State::handshaking) {
    impl_->drive();
  } else {
    impl_->read_records();
  }
  impl_->buffer.incoming = {};
  handle_timeout(now);
}

void Association::handle_timeout(common::TimePoint now) {
  if (impl_->state != State::handshaking) return;
  if (now >= impl_->deadline) return impl_->fail(Errc::handshake_failed, "time-out");
  ERR_clear_error();
  if (DTLSv1_handle_timeout(impl_->ssl.get()) < 0) {
    impl_->fail(Errc::handshake_failed, "no answer to retransmissions");
  }
}

void Association::close() {
  if (impl_->state != State::connected) return;
  SSL_shutdown(impl_->ssl.get());
  impl_->state = State::closed;
}

std::optional<std::vector<std::byte>> Association::poll_transmit() {
  if (impl_->buffer.outgoing.empty()) return std::nullopt;
  std::vector<std::byte> datagram = std::move(impl_->buffer.outgoing.front());
  impl_->buffer.outgoing.pop_front();
  return datagram;
}

std::optional<common::TimePoint> Association::poll_timeout(common::TimePoint now) const {
  if (impl_->state != State::handshaking) return std::nullopt;
  timeval left{};
  if (DTLSv1_get_timeout(impl_->ssl.get(), &left) != 1) return impl_->deadline;
  const auto due =
      now + std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec);
  return std::min(due, impl_->deadline);
}

Association::State Association::state() const { return impl_->state; }

const SrtpKeys* Association::keys() const {
  return impl_->state == State::connected ? &impl_->keys : nullptr;
}

const common::Error* Association::error() const {
  return impl_->state == State::failed ? &impl_->error : nullptr;
}

}  // namespace media::dtls
