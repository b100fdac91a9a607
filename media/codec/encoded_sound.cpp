// SPDX-License-Identifier: Apache-2.0
#include "media/codec/encoded_sound.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "media/codec/coder.hpp"
#include "media/codec/resampler.hpp"
#include "media/errc.hpp"

namespace media::codec {
namespace {

std::vector<std::int16_t> at_rate(const Sound& sound, std::uint32_t rate) {
  if (rate == Sound::rate) return sound.samples;
  Resampler resampler(Sound::rate, rate);
  std::vector<std::int16_t> out(sound.samples.size() * rate / Sound::rate + 1);
  out.resize(resampler.convert(sound.samples, out));
  return out;
}

EncodedSound encode_with(Encoder& encoder, const std::vector<std::int16_t>& samples,
                         std::uint32_t clock) {
  EncodedSound out;
  out.clock = clock;
  std::vector<std::int16_t> frame(encoder.frame_size());
  std::array<std::byte, largest_payload> payload;
  for (std::size_t at = 0; at < samples.size(); at += frame.size()) {
    const std::size_t count = std::min(frame.size(), samples.size() - at);
    std::fill(frame.begin(), frame.end(), std::int16_t{0});
    std::copy_n(samples.begin() + static_cast<std::ptrdiff_t>(at), count, frame.begin());
    const std::size_t size = encoder.encode(frame, payload);
    out.octets.insert(out.octets.end(), payload.begin(),
                      payload.begin() + static_cast<std::ptrdiff_t>(size));
    out.ends.push_back(static_cast<std::uint32_t>(out.octets.size()));
  }
  return out;
}

}  // namespace

std::span<const std::byte> EncodedSound::frame(std::size_t number) const {
  const std::size_t begin = number == 0 ? 0 : ends[number - 1];
  return std::span(octets).subspan(begin, ends[number] - begin);
}

common::Result<EncodedSound> encode(const Sound& sound, Format format) {
  if (sound.samples.empty()) return common::fail(Errc::unusable_sound, "empty");
  format.packet_time = EncodedSound::frame_time;
  format.amr.dtx = false;  // every frame is there, so that time is told by counting
  format.opus.dtx = false;
  const std::uint32_t rate =
      format.codec == Codec::opus ? Sound::rate : sample_rate(format.codec, Codec::opus);
  try {
    const auto encoder = make_encoder(format, rate);
    return encode_with(*encoder, at_rate(sound, rate), clock_rate(format.codec));
  } catch (const std::runtime_error& error) {
    return common::fail(Errc::unusable_sound, error.what());
  }
}

}  // namespace media::codec
