// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/result.hpp"
#include "media/engine.hpp"

namespace media {

/// What a peer announced, checked and in normal form: ICE characters and lengths (RFC 8839 5.4),
/// only fingerprints of accepted hash functions (at least one), value in upper case.
[[nodiscard]] common::Result<WebrtcRemote> validated(WebrtcRemote remote);

/// The same for a leg without ICE: a suite that we speak with keys of its length, or usable
/// fingerprints, not both.
[[nodiscard]] common::Result<RtpRemote> validated(RtpRemote remote);

/// Payload types within seven bits, clocks that make sense.
[[nodiscard]] common::Result<void> validate(const Connection& connection);

}  // namespace media
