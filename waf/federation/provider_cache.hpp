// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/jose/jwk.hpp"
#include "common/time.hpp"
#include "waf/federation/provider.hpp"

namespace waf::federation {

/// What we know of one provider and when we ask again. What was good stays in use while the
/// provider is away; who waits for what is the caller's business. No clock of its own.
class ProviderCache {
 public:
  struct Limits {
    std::chrono::seconds refresh{24 * 3600};    // metadata
    std::chrono::seconds keys_refresh{3600};    // key set
    std::chrono::seconds unknown_key_wait{60};  // between two fetches for unknown kids
    std::chrono::seconds retry{5};              // after a failure nobody asks for so long
  };

  ProviderCache() = default;
  explicit ProviderCache(const Limits& limits) : limits_(limits) {}

  [[nodiscard]] const ProviderMetadata* metadata() const {
    return metadata_ ? &*metadata_ : nullptr;
  }
  [[nodiscard]] const common::jose::KeySet* keys() const { return keys_ ? &*keys_ : nullptr; }

  /// True when there is none, or it is old and the last failure is some time ago.
  [[nodiscard]] bool metadata_due(common::SystemTime now) const;
  [[nodiscard]] bool keys_due(common::SystemTime now) const;
  /// True for the one caller that may fetch the key set for a kid it lacks; notes that he does.
  [[nodiscard]] bool take_unknown_key_fetch(common::SystemTime now);
  /// True right after a failure: answer at once that the provider is away.
  [[nodiscard]] bool is_resting(common::SystemTime now) const;

  void set_metadata(ProviderMetadata metadata, common::SystemTime now);
  void set_keys(common::jose::KeySet keys, common::SystemTime now);
  void note_failure(common::SystemTime now) { failed_at_ = now; }

 private:
  Limits limits_;
  std::optional<ProviderMetadata> metadata_;
  std::optional<common::jose::KeySet> keys_;
  common::SystemTime metadata_at_{};
  common::SystemTime keys_at_{};
  std::optional<common::SystemTime> unknown_at_;
  std::optional<common::SystemTime> failed_at_;
};

}  // namespace waf::federation
