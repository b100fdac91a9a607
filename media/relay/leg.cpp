// SPDX-License-Identifier: Apache-2.0
#include "media/relay/leg.hpp"

namespace media::relay {

void Leg::key(srtp::Backend backend) {
  table::SecurityRecord& security = record->security;
  sending = srtp::make_transform(backend, srtp::Direction::protect, security.profile,
                                 security.local_key, security.sending);
  receiving = srtp::make_transform(backend, srtp::Direction::unprotect, security.profile,
                                   security.remote_key, security.receiving);
}

}  // namespace media::relay
