// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/codec/coder.hpp"

namespace media::codec {

/// G.711, `law` is pcmu or pcma.
[[nodiscard]] std::unique_ptr<Decoder> make_g711_decoder(Codec law);
[[nodiscard]] std::unique_ptr<Encoder> make_g711_encoder(const Format& format);

}  // namespace media::codec
