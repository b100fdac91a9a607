// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "common/random.hpp"
#include "waf/settings.hpp"
#include "waf/store/store.hpp"
#include "waf/tokens/key_ring.hpp"

namespace waf::io {

/// The signing keys: times in the store, each key in `folder`/<kid>.pem of mode 0600.
class KeyStore {
 public:
  KeyStore(Store& store, std::filesystem::path folder)
      : store_(store), folder_(std::move(folder)) {}

  /// All keys still published. On the first start makes one that signs at once. Throws
  /// std::runtime_error naming the file that cannot be used.
  [[nodiscard]] std::vector<KeyRing::Entry> load_or_create(common::RandomSource& random,
                                                           SystemTime now);
  [[nodiscard]] std::vector<KeyRing::Entry> load(SystemTime now);

  /// A new key, published now and signing once every client's JWKS has been refreshed; the old
  /// ones stay published until the last token they signed is gone.
  KeyRecord rotate(const Settings& settings, common::RandomSource& random, SystemTime now);
  /// After a theft: unpublishes the key at once. When no other key signs yet, the next one to come
  /// or else a new one does from now on. Throws std::runtime_error for an unknown kid.
  void drop(std::string_view kid, common::RandomSource& random, SystemTime now);

 private:
  KeyRecord create(common::RandomSource& random, SystemTime sign_from, SystemTime now);

  Store& store_;
  std::filesystem::path folder_;
};

}  // namespace waf::io
