// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/sound_files.hpp"

#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>

namespace wic::io {

std::map<ims::Announcement, std::shared_ptr<const media::Sound>> load_sounds(
    const std::map<ims::Announcement, std::filesystem::path>& files) {
  std::map<ims::Announcement, std::shared_ptr<const media::Sound>> out;
  for (const auto& [what, file] : files) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw std::runtime_error(file.string() + ": cannot be read");
    const std::string octets{std::istreambuf_iterator<char>(stream),
                             std::istreambuf_iterator<char>()};
    auto sound = media::read_wav(std::as_bytes(std::span(octets)));
    if (!sound) throw std::runtime_error(file.string() + ": " + sound.error().message());
    out[what] = std::make_shared<const media::Sound>(std::move(*sound));
  }
  return out;
}

}  // namespace wic::io
