// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <speex/speex_resampler.h>

#include "common/openssl.hpp"
#include "media/codec/coder.hpp"

namespace media::codec {

/// Converts one stream of mono PCM between two sampling rates; equal rates pass unchanged.
class Resampler {
 public:
  /// Throws std::runtime_error when the library cannot be set up.
  Resampler(std::uint32_t from, std::uint32_t to);

  /// Samples written; `out` must hold pcm.size() * to / from + 1.
  [[nodiscard]] std::size_t convert(ConstSamples pcm, Samples out);

 private:
  std::unique_ptr<SpeexResamplerState, common::Releaser<speex_resampler_destroy>> state_;
};

}  // namespace media::codec
