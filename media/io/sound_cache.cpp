// SPDX-License-Identifier: Apache-2.0
#include "media/io/sound_cache.hpp"

namespace media::io {

common::Result<SoundCache::Encoded> SoundCache::find_or_encode(
    const std::shared_ptr<const Sound>& sound, const codec::Format& format) {
  for (const Entry& entry : entries_) {
    if (entry.sound == sound && entry.format == format) return entry.encoded;
  }
  auto encoded = codec::encode(*sound, format);
  if (!encoded) return common::fail(encoded.error());
  if (entries_.size() == capacity) entries_.erase(entries_.begin());
  entries_.push_back(
      {sound, format, std::make_shared<const codec::EncodedSound>(std::move(*encoded))});
  return entries_.back().encoded;
}

}  // namespace media::io
