// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/io/pkcs11.hpp"
#include "common/jose/signing_key.hpp"
#include "waf/settings.hpp"

namespace waf::io {

/// [keys] of the configuration.
struct KeyOptions {
  std::filesystem::path folder;
  std::vector<common::jose::Algorithm> algorithms{common::jose::Algorithm::es256};
  std::string passphrase = {};  // secret; empty: files are not encrypted
  std::optional<common::io::Pkcs11Options> token = {};
  seconds rotate_every{0};  // 0: by command only
  seconds publish_ahead{600};
};

/// Where the private keys are: in a token of PKCS#11 when there is one, otherwise one PEM file of
/// mode 0600 each, `folder`/<kid>.pem. Files are found beside a token, too, so that keys of before
/// keep signing until they are rotated out.
class KeyVault {
 public:
  /// Throws std::runtime_error when the token cannot be used.
  explicit KeyVault(KeyOptions options);

  /// Throws std::runtime_error when it cannot be made or kept.
  void create(const std::string& kid, common::jose::Algorithm algorithm);
  /// Throws std::runtime_error naming what is wrong. Keys once read are remembered.
  [[nodiscard]] common::jose::SigningKey find(const std::string& kid);
  void destroy(const std::string& kid);

  [[nodiscard]] const KeyOptions& options() const { return options_; }

 private:
  [[nodiscard]] std::filesystem::path file_of(const std::string& kid) const;

  KeyOptions options_;
  std::optional<common::io::Pkcs11Token> token_;
  std::map<std::string, common::jose::SigningKey, std::less<>> known_;
};

}  // namespace waf::io
