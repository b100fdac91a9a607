// SPDX-License-Identifier: Apache-2.0
#include "media/rtp/source.hpp"

namespace media::rtp {
namespace {

using namespace std::chrono_literals;

constexpr auto silence = 100ms;     // then any other stream may take over
constexpr auto stragglers = 500ms;  // late packets of the stream that was replaced

}  // namespace

bool SourceSelector::accept(common::TimePoint now, std::uint32_t ssrc, const common::Endpoint& from,
                            const common::Endpoint& signalled) {
  if (state_->has_source == 0) {
    take(now, ssrc, from);
    return true;
  }
  if (ssrc == state_->ssrc) {
    state_->address = from;
    last_packet_ = now;
    return true;
  }
  if (ssrc == state_->previous_ssrc && now - switched_ < stragglers) return false;
  const bool same_sender = from == state_->address || from == signalled;
  if (!same_sender && now - last_packet_ < silence) return false;
  take(now, ssrc, from);
  return true;
}

void SourceSelector::take(common::TimePoint now, std::uint32_t ssrc, const common::Endpoint& from) {
  state_->previous_ssrc = state_->has_source != 0 ? state_->ssrc : ssrc;
  state_->ssrc = ssrc;
  state_->has_source = 1;
  state_->address = from;
  last_packet_ = now;
  switched_ = now;
}

}  // namespace media::rtp
