// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/codec/coder.hpp"

namespace media::codec {

/// AMR and AMR-WB with the payload format of RFC 4867.
[[nodiscard]] std::unique_ptr<Decoder> make_amr_decoder(const Format& format);
[[nodiscard]] std::unique_ptr<Encoder> make_amr_encoder(const Format& format);

}  // namespace media::codec
