// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "waf/admin/key_administration.hpp"
#include "waf/io/key_store.hpp"

namespace waf::io {

/// The running server's own keys, for the admin API. Its changes are taken over at once.
struct OwnKeys final : admin::KeyAdministration {
  OwnKeys(KeyStore& given_keys, const Settings& given_settings, common::RandomSource& given_random)
      : keys(given_keys), settings(given_settings), random(given_random) {}

  KeyRecord rotate(common::jose::Algorithm algorithm, SystemTime time) override {
    return keys.rotate(settings, algorithm, random, time);
  }
  void retire(std::string_view kid, SystemTime time) override { keys.retire(kid, settings, time); }
  void drop(std::string_view kid, SystemTime time) override { keys.drop(kid, random, time); }

  KeyStore& keys;
  const Settings& settings;
  common::RandomSource& random;
};

}  // namespace waf::io
