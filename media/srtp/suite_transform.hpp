// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/rtp/header.hpp"
#include "media/rtp/octets.hpp"
#include "media/srtp/replay.hpp"
#include "media/srtp/transform.hpp"

namespace media::srtp {

/// Our own RFC 3711 / RFC 7714 packet processing over a cipher suite.
template <class Suite>
class SuiteTransform final : public Transform {
 public:
  SuiteTransform(Direction direction, Profile profile, const MasterKey& key, DirectionState& state)
      : state_(state), direction_(direction), suite_(direction, profile, key) {}

  Status rtp(std::span<std::byte> buffer, std::size_t& size) noexcept override {
    const auto header = rtp::parse_header(buffer.first(size));
    if (!header) return Status::malformed;
    const bool protecting = direction_ == Direction::protect;
    if (protecting && buffer.size() - size < suite_.rtp_overhead()) return Status::no_room;
    if (!protecting && size < header->size + suite_.rtp_overhead()) return Status::malformed;
    StreamState* stream = find_stream(state_, header->ssrc);
    std::uint64_t index = header->sequence;
    if (stream != nullptr) {
      const auto guess = guess_index(*stream, header->sequence);
      if (!guess || !is_fresh_rtp(*stream, *guess)) return Status::replayed;
      index = *guess;
    }
    if (index > max_rtp_index) return Status::exhausted;
    if (protecting && !claim(stream, header->ssrc)) return Status::too_many_streams;
    const std::size_t changed =
        protecting ? suite_.seal_rtp(buffer, header->size, size, header->ssrc, index)
                   : suite_.open_rtp(buffer.first(size), header->size, header->ssrc, index);
    if (changed == 0) return Status::unauthenticated;
    if (!claim(stream, header->ssrc)) return Status::too_many_streams;
    commit_rtp(*stream, index);
    size = changed;
    return Status::ok;
  }

  Status rtcp(std::span<std::byte> buffer, std::size_t& size) noexcept override {
    if (size < 8 || load8(buffer, 0) >> 6U != 2) return Status::malformed;
    const std::uint32_t ssrc = load32(buffer, 4);
    return direction_ == Direction::protect ? seal(buffer, size, ssrc) : open(buffer, size, ssrc);
  }

 private:
  Status seal(std::span<std::byte> buffer, std::size_t& size, std::uint32_t ssrc) noexcept {
    if (buffer.size() - size < suite_.rtcp_overhead()) return Status::no_room;
    StreamState* stream = find_stream(state_, ssrc);
    if (!claim(stream, ssrc)) return Status::too_many_streams;
    if (stream->rtcp_used != 0 && stream->rtcp_index >= max_rtcp_index) return Status::exhausted;
    const std::uint32_t index = stream->rtcp_used == 0 ? 0 : stream->rtcp_index + 1;
    commit_rtcp(*stream, index);
    size = suite_.seal_rtcp(buffer, size, ssrc, index);
    return Status::ok;
  }

  Status open(std::span<std::byte> buffer, std::size_t& size, std::uint32_t ssrc) noexcept {
    if (size < 8 + suite_.rtcp_overhead()) return Status::malformed;
    const std::uint32_t word = load32(buffer, suite_.index_offset(size));
    if ((word & 0x80000000U) == 0) return Status::unencrypted;
    const std::uint32_t index = word & max_rtcp_index;
    StreamState* stream = find_stream(state_, ssrc);
    if (stream != nullptr && !is_fresh_rtcp(*stream, index)) return Status::replayed;
    const std::size_t opened = suite_.open_rtcp(buffer.first(size), ssrc, index);
    if (opened == 0) return Status::unauthenticated;
    if (!claim(stream, ssrc)) return Status::too_many_streams;
    commit_rtcp(*stream, index);
    size = opened;
    return Status::ok;
  }

  bool claim(StreamState*& stream, std::uint32_t ssrc) noexcept {
    if (stream == nullptr) stream = claim_stream(state_, ssrc);
    return stream != nullptr;
  }

  // In the order in which packets touch them, see prefetch().
  DirectionState& state_;
  Direction direction_;
  Suite suite_;
};

}  // namespace media::srtp
