// SPDX-License-Identifier: Apache-2.0
#include "media/relay/leg.hpp"

namespace media::relay {

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

void Leg::refresh_protection() {
  secured = record->security.protection != table::Protection::none;
  separate_rtcp = record->security.separate_rtcp != 0;
}

}  // namespace media::relay
