// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/endpoint.hpp"
#include "common/time.hpp"

namespace media::rtp {

/// Which of the streams that reach a leg is the one relayed, fixed layout (call table).
struct SourceState {
  std::uint32_t ssrc = 0;
  std::uint32_t previous_ssrc = 0;
  std::uint8_t has_source = 0;
  common::Endpoint address;
};

/// Decides between streams: with forking several phones may send early media to one port at once,
/// and mixing their packets would help nobody.
class SourceSelector {
 public:
  explicit SourceSelector(SourceState& state) : state_(&state) {}

  /// True when this packet belongs to the relayed stream, which it may become by this call.
  /// `signalled` is where signalling expects media from.
  [[nodiscard]] bool accept(common::TimePoint now, std::uint32_t ssrc, const common::Endpoint& from,
                            const common::Endpoint& signalled);
  [[nodiscard]] const SourceState& state() const { return *state_; }

 private:
  void take(common::TimePoint now, std::uint32_t ssrc, const common::Endpoint& from);

  SourceState* state_;
  common::TimePoint last_packet_{};
  common::TimePoint switched_{};
};

}  // namespace media::rtp
