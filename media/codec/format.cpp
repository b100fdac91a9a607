// SPDX-License-Identifier: Apache-2.0
#include "media/codec/format.hpp"

namespace media::codec {

std::uint32_t clock_rate(Codec codec) {
  switch (codec) {
    case Codec::amr_wb:
      return 16'000;
    case Codec::opus:
      return 48'000;
    default:
      return 8000;
  }
}

std::uint32_t sample_rate(Codec codec, Codec other) {
  switch (codec) {
    case Codec::g722:
    case Codec::amr_wb:
      return 16'000;
    case Codec::opus:
      return other == Codec::opus ? 48'000 : sample_rate(other, Codec::opus);
    default:
      return 8000;
  }
}

}  // namespace media::codec
