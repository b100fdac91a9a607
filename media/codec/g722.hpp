// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/codec/coder.hpp"

namespace media::codec {

/// G.722 at 64 kbit/s.
[[nodiscard]] std::unique_ptr<Decoder> make_g722_decoder();
[[nodiscard]] std::unique_ptr<Encoder> make_g722_encoder(const Format& format);

}  // namespace media::codec
