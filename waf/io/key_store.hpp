// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/random.hpp"
#include "waf/io/key_vault.hpp"
#include "waf/settings.hpp"
#include "waf/store/store.hpp"
#include "waf/tokens/key_ring.hpp"

namespace waf::io {

/// The life of the signing keys: their times in the store, the keys themselves in a KeyVault.
/// Published, signing after every client's key set has been refreshed, published on until the last
/// token is gone.
class KeyStore {
 public:
  using Algorithm = common::jose::Algorithm;

  KeyStore(Store& store, KeyOptions options) : store_(store), vault_(std::move(options)) {}

  /// All keys still published, one that signs for every configured algorithm among them: those that
  /// are missing are made. Throws std::runtime_error naming the key that cannot be used.
  [[nodiscard]] std::vector<KeyRing::Entry> load_or_create(common::RandomSource& random,
                                                           SystemTime now);
  [[nodiscard]] std::vector<KeyRing::Entry> load(SystemTime now);

  /// A new key that takes over from the others of its algorithm.
  KeyRecord rotate(const Settings& settings, Algorithm algorithm, common::RandomSource& random,
                   SystemTime now);
  /// rotate() in two steps: the first may take long and touches no store.
  [[nodiscard]] std::string make(Algorithm algorithm, common::RandomSource& random, SystemTime now);
  KeyRecord publish(const std::string& kid, const Settings& settings, Algorithm algorithm,
                    SystemTime now);
  /// Algorithms whose newest key is older than the schedule wants.
  [[nodiscard]] std::vector<Algorithm> due(SystemTime now);

  /// Signs no longer, is published on until the last token it signed is gone. Throws
  /// std::runtime_error for an unknown kid and for the only key of its algorithm that signs.
  void retire(std::string_view kid, const Settings& settings, SystemTime now);
  /// After a theft: unpublishes the key at once and calls back every access token issued so far
  /// (token-auth 6.4). When no other key of its algorithm signs yet, the
  /// next one to come or else a new one does from now on. Throws std::runtime_error for an unknown
  /// kid.
  void drop(std::string_view kid, common::RandomSource& random, SystemTime now);

  [[nodiscard]] const KeyOptions& options() const { return vault_.options(); }

 private:
  [[nodiscard]] KeyRecord known(std::string_view kid);

  Store& store_;
  KeyVault vault_;
};

/// Whether a ring holds just what the store says: nothing new, changed or dropped.
[[nodiscard]] bool is_current(const std::vector<KeyRing::Entry>& loaded,
                              const std::vector<KeyRecord>& records, SystemTime now);

}  // namespace waf::io
