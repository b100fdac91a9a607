// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "media/codec/encoded_sound.hpp"

namespace media::io {

/// Encoded forms of the sounds that were played last, so that an announcement is encoded once. Not
/// thread-safe.
class SoundCache {
 public:
  using Encoded = std::shared_ptr<const codec::EncodedSound>;
  [[nodiscard]] common::Result<Encoded> find_or_encode(const std::shared_ptr<const Sound>& sound,
                                                       const codec::Format& format);

 private:
  static constexpr std::size_t capacity = 64;
  struct Entry {
    std::shared_ptr<const Sound> sound;
    codec::Format format;
    Encoded encoded;
  };
  std::vector<Entry> entries_;  // oldest first
};

}  // namespace media::io
