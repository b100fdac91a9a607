// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "waf/endpoints/context.hpp"

namespace waf::io {

/// Reads the softphone page's files into memory, so that no request path ever meets the file
/// system. A missing folder gives no files; `page_config`, when set, takes /config.json's place.
/// Throws std::runtime_error when there is more than 64 MiB or a file cannot be read.
[[nodiscard]] Assets load_assets(const std::filesystem::path& folder,
                                 const std::optional<std::filesystem::path>& page_config);

}  // namespace waf::io
