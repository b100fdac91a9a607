// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/dtls_contexts.hpp"

#include "common/io/system_random.hpp"

namespace bench {

namespace {

media::dtls::Certificate make_certificate() {
  common::io::SystemRandom random;
  const auto now =
      std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return media::dtls::Certificate::self_signed(now, random.u64()).value();
}

media::dtls::ContextConfig only(media::srtp::Profile profile) {
  media::dtls::ContextConfig config;
  config.profiles = {profile};
  return config;
}

}  // namespace

DtlsContexts::DtlsContexts()
    : certificate_(make_certificate()),
      gcm_(certificate_, only(media::srtp::Profile::aead_aes_128_gcm)),
      cm_(certificate_, only(media::srtp::Profile::aes128_cm_sha1_80)) {}

}  // namespace bench
