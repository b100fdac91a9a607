// SPDX-License-Identifier: Apache-2.0
#include "media/srtp/transform.hpp"

#include "media/srtp/cm_suite.hpp"
#include "media/srtp/evp_transform.hpp"
#include "media/srtp/gcm_suite.hpp"
#include "media/srtp/libsrtp_transform.hpp"

namespace media::srtp {

std::unique_ptr<Transform> make_transform(Backend backend, Direction direction, Profile profile,
                                          const MasterKey& key, DirectionState& state) {
  // Only our own transform can continue: libsrtp cannot be told a SRTCP index, and beginning again
  // would use an index twice under one key (RTP-09).
  if (backend == Backend::libsrtp && is_empty(state)) {
    return make_libsrtp_transform(direction, profile, key, state);
  }
  if (is_aead(profile)) {
    return std::make_unique<EvpTransform<GcmSuite>>(direction, profile, key, state);
  }
  return std::make_unique<EvpTransform<CmSuite>>(direction, profile, key, state);
}

}  // namespace media::srtp
