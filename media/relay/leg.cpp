// SPDX-License-Identifier: Apache-2.0
#include "media/relay/leg.hpp"

namespace media::relay {
namespace {

constexpr int for_writing = 1;

}  // namespace

void Leg::key(Component component, srtp::Backend backend) {
  table::KeyRecord& own = keys(component);
  auto& out = component == Component::rtp ? sending : sending_rtcp;
  auto& in = component == Component::rtp ? receiving : receiving_rtcp;
  out =
      srtp::make_transform(backend, srtp::Direction::protect, own.profile, own.local, own.sending);
  in = srtp::make_transform(backend, srtp::Direction::unprotect, own.profile, own.remote,
                            own.receiving);
  if (sent && component == Component::rtp) *sent = {};  // protected by keys that are gone
}

void Leg::prefetch_input() const {
  __builtin_prefetch(&record->received, for_writing);
  __builtin_prefetch(&record->source, for_writing);
  __builtin_prefetch(&record->security.keys.receiving, for_writing);
  if (receiving) receiving->prefetch();
  if (peer != nullptr) __builtin_prefetch(peer, for_writing);
}

void Leg::prefetch_output() const {
  __builtin_prefetch(&record->sent, for_writing);
  __builtin_prefetch(&record->output, for_writing);
  __builtin_prefetch(is_webrtc() ? static_cast<const void*>(&record->ice.selected)
                                 : &record->transport.remote_rtp);
  __builtin_prefetch(&record->security.keys.sending, for_writing);
  if (sending) sending->prefetch();
}

void Leg::refresh_protection() {
  secured = record->security.protection != table::Protection::none;
  separate_rtcp = record->security.separate_rtcp != 0;
}

}  // namespace media::relay
