// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "common/random.hpp"

namespace waf::io {

/// The key that encrypts what verifies access codes: made at the first start, mode 0600. Throws
/// std::runtime_error when the file is another's to read, or too short.
[[nodiscard]] std::string load_or_create_device_key(const std::filesystem::path& file,
                                                    common::RandomSource& random);

}  // namespace waf::io
