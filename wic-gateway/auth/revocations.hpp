// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "wic-gateway/auth/revocation.hpp"
#include "wic-gateway/auth/revocation_event.hpp"

namespace wic {

/// What a worker knows of revocations (J15): entries live as long as what they revoke. Bounded: a
/// list that is full refuses every token issued so far, rather than forget one that was revoked.
class Revocations final : public RevocationList {
 public:
  explicit Revocations(std::size_t most) : most_(most) {}

  void add(const RevocationNotice& notice, common::SystemTime now);
  [[nodiscard]] bool is_revoked(const common::jose::AccessToken& token) const override;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// True once the list was full.
  [[nodiscard]] bool has_overflowed() const { return overflowed_; }

 private:
  using Key = std::pair<RevocationNotice::Type, std::string>;
  struct Entry {
    common::SystemTime not_before;
    common::SystemTime expires_at;
  };

  [[nodiscard]] bool names(RevocationNotice::Type type, std::string_view id,
                           std::optional<common::SystemTime> issued_at) const;
  void remove_expired(common::SystemTime now);
  void refuse_until(common::SystemTime moment);

  std::size_t most_;
  std::map<Key, Entry> entries_;
  std::set<std::pair<common::SystemTime, Key>> by_end_;
  std::optional<common::SystemTime> epoch_;  // whatever was issued until then is refused
  bool overflowed_ = false;
};

}  // namespace wic
