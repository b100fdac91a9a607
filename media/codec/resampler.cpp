// SPDX-License-Identifier: Apache-2.0
#include "media/codec/resampler.hpp"

#include <algorithm>
#include <stdexcept>

namespace media::codec {
namespace {

constexpr int quality = 3;  // what the library recommends for speech

}  // namespace

Resampler::Resampler(std::uint32_t from, std::uint32_t to) {
  if (from == to) return;
  int error = RESAMPLER_ERR_SUCCESS;
  state_.reset(speex_resampler_init(1, from, to, quality, &error));
  if (!state_ || error != RESAMPLER_ERR_SUCCESS) throw std::runtime_error("no resampler");
  speex_resampler_skip_zeros(state_.get());
}

std::size_t Resampler::convert(ConstSamples pcm, Samples out) {
  if (!state_) {
    std::ranges::copy(pcm, out.begin());
    return pcm.size();
  }
  auto taken = static_cast<spx_uint32_t>(pcm.size());
  auto made = static_cast<spx_uint32_t>(out.size());
  speex_resampler_process_int(state_.get(), 0, pcm.data(), &taken, out.data(), &made);
  return made;
}

}  // namespace media::codec
