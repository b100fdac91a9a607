// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "common/jose/signing_key.hpp"
#include "common/result.hpp"

namespace common::io {

/// A new key from OpenSSL's generator; RSA of 3072 bits, which takes its time.
[[nodiscard]] jose::SigningKey generate_signing_key(
    std::string kid, jose::Algorithm algorithm = jose::Algorithm::es256);

/// Writes the key to `file` (mode 0600) by way of a temporary file, so that a crash leaves either
/// the whole key or none. Encrypted when there is a passphrase.
[[nodiscard]] Result<void> store_signing_key(const std::filesystem::path& file,
                                             const jose::SigningKey& key,
                                             std::string_view passphrase = {});
/// Refuses a file that group or others may read, and one that is not encrypted although there is a
/// passphrase.
[[nodiscard]] Result<jose::SigningKey> load_signing_key(const std::filesystem::path& file,
                                                        std::string kid,
                                                        std::string_view passphrase = {});

}  // namespace common::io
