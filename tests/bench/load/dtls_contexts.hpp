// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/dtls/association.hpp"
#include "media/dtls/certificate.hpp"

namespace bench {

/// The browsers' DTLS settings, one for each SRTP profile that is measured; all share one
/// certificate, which costs the gateway the same as one each.
class DtlsContexts {
 public:
  DtlsContexts();
  [[nodiscard]] const media::dtls::Context& of(media::srtp::Profile profile) const {
    return profile == media::srtp::Profile::aead_aes_128_gcm ? gcm_ : cm_;
  }
  [[nodiscard]] media::Fingerprint fingerprint() const { return certificate_.fingerprint(); }

 private:
  media::dtls::Certificate certificate_;
  media::dtls::Context gcm_;
  media::dtls::Context cm_;
};

}  // namespace bench
