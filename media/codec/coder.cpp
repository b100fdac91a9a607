// SPDX-License-Identifier: Apache-2.0
#include "media/codec/coder.hpp"

#include "media/codec/amr_coder.hpp"
#include "media/codec/g711.hpp"
#include "media/codec/g722.hpp"
#include "media/codec/opus_coder.hpp"

namespace media::codec {

std::unique_ptr<Decoder> make_decoder(const Format& format, std::uint32_t rate) {
  switch (format.codec) {
    case Codec::pcmu:
    case Codec::pcma:
      return make_g711_decoder(format.codec);
    case Codec::g722:
      return make_g722_decoder();
    case Codec::amr:
    case Codec::amr_wb:
      return make_amr_decoder(format);
    case Codec::opus:
      break;
  }
  return make_opus_decoder(rate);
}

std::unique_ptr<Encoder> make_encoder(const Format& format, std::uint32_t rate) {
  switch (format.codec) {
    case Codec::pcmu:
    case Codec::pcma:
      return make_g711_encoder(format);
    case Codec::g722:
      return make_g722_encoder(format);
    case Codec::amr:
    case Codec::amr_wb:
      return make_amr_encoder(format);
    case Codec::opus:
      break;
  }
  return make_opus_encoder(format, rate);
}

}  // namespace media::codec
