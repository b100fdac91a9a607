// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <spandsp.h>

#include "media/codec/coder.hpp"

namespace media::codec {

/// Conceals the losses of codecs that have no way of their own by repeating the last pitch period
/// (G.711 Appendix I).
class WaveformConcealer {
 public:
  WaveformConcealer() { plc_init(&state_); }

  /// Sound that came; its start is cross-faded with what was made up before it.
  void hear(Samples pcm) { plc_rx(&state_, pcm.data(), static_cast<int>(pcm.size())); }
  void fill(Samples pcm) { plc_fillin(&state_, pcm.data(), static_cast<int>(pcm.size())); }

 private:
  plc_state_t state_{};
};

}  // namespace media::codec
