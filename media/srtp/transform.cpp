// SPDX-License-Identifier: Apache-2.0
#include "media/srtp/transform.hpp"

#include "media/srtp/aes_ni.hpp"
#include "media/srtp/cm_suite.hpp"
#include "media/srtp/gcm_suite.hpp"
#include "media/srtp/libsrtp_transform.hpp"
#include "media/srtp/openssl_ciphers.hpp"
#include "media/srtp/suite_transform.hpp"

namespace media::srtp {
namespace {

template <class Gcm, class Cm>
std::unique_ptr<Transform> make_own(Direction direction, Profile profile, const MasterKey& key,
                                    DirectionState& state) {
  if (is_aead(profile)) {
    return std::make_unique<SuiteTransform<Gcm>>(direction, profile, key, state);
  }
  return std::make_unique<SuiteTransform<Cm>>(direction, profile, key, state);
}

}  // namespace

std::unique_ptr<Transform> make_transform(Backend backend, Direction direction, Profile profile,
                                          const MasterKey& key, DirectionState& state) {
  // Only our own transform can continue: libsrtp cannot be told a SRTCP index, and beginning again
  // would use an index twice under one key (RTP-09).
  if (backend == Backend::libsrtp && is_empty(state)) {
    return make_libsrtp_transform(direction, profile, key, state);
  }
  if (backend == Backend::openssl || !has_aes_ni()) {
    return make_own<GcmSuite<OpensslGcm>, CmSuite<OpensslCounter>>(direction, profile, key, state);
  }
  return make_own<GcmSuite<AesNiGcm>, CmSuite<AesNiCounter>>(direction, profile, key, state);
}

}  // namespace media::srtp
