// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "common/jose/signing_key.hpp"
#include "common/result.hpp"

namespace common::io {

/// A new P-256 key from OpenSSL's generator.
[[nodiscard]] jose::SigningKey generate_signing_key(std::string kid);

/// Writes the key to `file` (mode 0600) by way of a temporary file, so that a crash leaves either
/// the whole key or none.
[[nodiscard]] Result<void> store_signing_key(const std::filesystem::path& file,
                                             const jose::SigningKey& key);
/// Refuses a file that group or others may read.
[[nodiscard]] Result<jose::SigningKey> load_signing_key(const std::filesystem::path& file,
                                                        std::string kid);

}  // namespace common::io
