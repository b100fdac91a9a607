// SPDX-License-Identifier: Apache-2.0
#include "media/srtp/libsrtp_transform.hpp"

#include <algorithm>
#include <cstdlib>

#include <srtp2/srtp.h>

#include "media/rtp/header.hpp"
#include "media/rtp/octets.hpp"
#include "media/srtp/replay.hpp"

namespace media::srtp {
namespace {

struct SrtpRelease {
  void operator()(srtp_ctx_t* session) const noexcept { srtp_dealloc(session); }
};
using SrtpPtr = std::unique_ptr<srtp_ctx_t, SrtpRelease>;

void set_crypto_policy(Profile profile, srtp_policy_t& policy) {
  switch (profile) {
    case Profile::aes128_cm_sha1_80:
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
      return;
    case Profile::aes128_cm_sha1_32:
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);  // RFC 5764 4.1.2
      return;
    case Profile::aead_aes_128_gcm:
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
      return;
    case Profile::aead_aes_256_gcm:
      srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtcp);
      return;
  }
}

SrtpPtr make_session(Direction direction, Profile profile, const MasterKey& key) {
  static const srtp_err_status_t initialized = srtp_init();
  std::array<unsigned char, max_key_size + max_salt_size> joined{};
  std::copy_n(key.key.begin(), key_size(profile), joined.begin());
  std::copy_n(key.salt.begin(), salt_size(profile),
              joined.begin() + static_cast<std::ptrdiff_t>(key_size(profile)));
  srtp_policy_t policy{};
  set_crypto_policy(profile, policy);
  policy.ssrc.type = direction == Direction::protect ? ssrc_any_outbound : ssrc_any_inbound;
  policy.key = joined.data();
  policy.window_size = StreamState::window_bits;
  srtp_t session = nullptr;
  if (initialized != srtp_err_status_ok || srtp_create(&session, &policy) != srtp_err_status_ok) {
    std::abort();
  }
  return SrtpPtr(session);
}

Status status_of(srtp_err_status_t status) {
  switch (status) {
    case srtp_err_status_ok:
      return Status::ok;
    case srtp_err_status_replay_fail:
    case srtp_err_status_replay_old:
      return Status::replayed;
    case srtp_err_status_auth_fail:
    case srtp_err_status_cipher_fail:
      return Status::unauthenticated;
    case srtp_err_status_key_expired:
      return Status::exhausted;
    default:
      return Status::malformed;
  }
}

class LibsrtpTransform final : public Transform {
 public:
  LibsrtpTransform(Direction direction, Profile profile, const MasterKey& key,
                   DirectionState& state)
      : session_(make_session(direction, profile, key)),
        state_(state),
        direction_(direction),
        profile_(profile) {}

  Status rtp(std::span<std::byte> buffer, std::size_t& size) noexcept override {
    const auto header = rtp::parse_header(buffer.first(size));
    if (!header) return Status::malformed;
    if (protecting() && buffer.size() - size < rtp_tag_size(profile_)) return Status::no_room;
    StreamState* stream = find_stream(state_, header->ssrc);
    if (stream == nullptr && is_full()) return Status::too_many_streams;
    int length = static_cast<int>(size);
    const Status status =
        status_of(protecting() ? srtp_protect(session_.get(), buffer.data(), &length)
                               : srtp_unprotect(session_.get(), buffer.data(), &length));
    if (status != Status::ok) return status;
    if (stream == nullptr) stream = claim_stream(state_, header->ssrc);
    commit_rtp(*stream, guess_index(*stream, header->sequence).value_or(header->sequence));
    size = static_cast<std::size_t>(length);
    return Status::ok;
  }

  Status rtcp(std::span<std::byte> buffer, std::size_t& size) noexcept override {
    if (size < 8 || load8(buffer, 0) >> 6U != 2) return Status::malformed;
    const std::size_t overhead = rtcp_tag_size(profile_) + 4;
    if (protecting() && buffer.size() - size < overhead) return Status::no_room;
    if (!protecting() && size < 8 + overhead) return Status::malformed;
    const std::uint32_t ssrc = load32(buffer, 4);
    StreamState* stream = find_stream(state_, ssrc);
    if (stream == nullptr && is_full()) return Status::too_many_streams;
    const std::uint32_t word_before = protecting() ? 0 : index_word(buffer, size);
    if (!protecting() && (word_before & 0x80000000U) == 0) return Status::unencrypted;
    int length = static_cast<int>(size);
    const Status status =
        status_of(protecting() ? srtp_protect_rtcp(session_.get(), buffer.data(), &length)
                               : srtp_unprotect_rtcp(session_.get(), buffer.data(), &length));
    if (status != Status::ok) return status;
    size = static_cast<std::size_t>(length);
    if (stream == nullptr) stream = claim_stream(state_, ssrc);
    const std::uint32_t word = protecting() ? index_word(buffer, size) : word_before;
    commit_rtcp(*stream, word & max_rtcp_index);
    return Status::ok;
  }

 private:
  [[nodiscard]] bool protecting() const { return direction_ == Direction::protect; }
  [[nodiscard]] bool is_full() const { return state_.streams.back().claimed != 0; }
  [[nodiscard]] std::uint32_t index_word(std::span<const std::byte> packet,
                                         std::size_t size) const {
    return load32(packet, is_aead(profile_) ? size - 4 : size - 4 - rtcp_tag_size(profile_));
  }

  SrtpPtr session_;
  DirectionState& state_;
  Direction direction_;
  Profile profile_;
};

}  // namespace

std::unique_ptr<Transform> make_libsrtp_transform(Direction direction, Profile profile,
                                                  const MasterKey& key, DirectionState& state) {
  return std::make_unique<LibsrtpTransform>(direction, profile, key, state);
}

}  // namespace media::srtp
