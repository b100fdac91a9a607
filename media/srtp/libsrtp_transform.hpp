// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "media/srtp/transform.hpp"

namespace media::srtp {

/// The same by libsrtp2. `state` must be empty: the library cannot be told a SRTCP index. It is
/// kept up to date, so that another backend can continue from it.
[[nodiscard]] std::unique_ptr<Transform> make_libsrtp_transform(Direction direction,
                                                                Profile profile,
                                                                const MasterKey& key,
                                                                DirectionState& state);

}  // namespace media::srtp
