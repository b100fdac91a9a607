// SPDX-License-Identifier: Apache-2.0
#include "waf/io/key_vault.hpp"

#include <sys/stat.h>

#include <stdexcept>

#include "common/io/key_files.hpp"

namespace waf::io {

KeyVault::KeyVault(KeyOptions options) : options_(std::move(options)) {
  if (options_.token) token_.emplace(*options_.token);
}

std::filesystem::path KeyVault::file_of(const std::string& kid) const {
  return options_.folder / (kid + ".pem");
}

void KeyVault::create(const std::string& kid, common::jose::Algorithm algorithm) {
  if (token_) {
    (void)token_->generate(kid, algorithm);
    return;
  }
  std::filesystem::create_directories(options_.folder);
  ::chmod(options_.folder.c_str(), S_IRWXU);
  const auto stored = common::io::store_signing_key(
      file_of(kid), common::io::generate_signing_key(kid, algorithm), options_.passphrase);
  if (!stored) throw std::runtime_error(stored.error().message());
}

common::jose::SigningKey KeyVault::find(const std::string& kid) {
  if (const auto known = known_.find(kid); known != known_.end()) return known->second;
  if (token_) {
    if (auto key = token_->find(kid)) return known_.emplace(kid, std::move(*key)).first->second;
  }
  auto key = common::io::load_signing_key(file_of(kid), kid, options_.passphrase);
  if (!key) throw std::runtime_error("signing key " + kid + ": " + key.error().message());
  return known_.emplace(kid, std::move(*key)).first->second;
}

void KeyVault::destroy(const std::string& kid) {
  known_.erase(kid);
  if (token_) token_->destroy(kid);
  std::error_code ignored;  // unpublished it is in any case
  std::filesystem::remove(file_of(kid), ignored);
}

}  // namespace waf::io
