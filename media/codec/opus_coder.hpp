// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/codec/coder.hpp"

namespace media::codec {

/// Opus (RFC 6716) as RFC 7587 carries it: one packet a payload. `rate` is 8000, 16000 or 48000.
[[nodiscard]] std::unique_ptr<Decoder> make_opus_decoder(std::uint32_t rate);
[[nodiscard]] std::unique_ptr<Encoder> make_opus_encoder(const Format& format, std::uint32_t rate);

}  // namespace media::codec
