// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>

#include "ims-interface/media_control.hpp"
#include "media/sound.hpp"

namespace wic::io {

/// Reads the configured announcements. Throws std::runtime_error naming the file that cannot be
/// used.
[[nodiscard]] std::map<ims::Announcement, std::shared_ptr<const media::Sound>> load_sounds(
    const std::map<ims::Announcement, std::filesystem::path>& files);

}  // namespace wic::io
