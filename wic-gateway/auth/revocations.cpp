// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/revocations.hpp"

#include <algorithm>

namespace wic {

using Type = RevocationNotice::Type;

void Revocations::add(const RevocationNotice& notice, common::SystemTime now) {
  remove_expired(now);
  if (notice.type == Type::epoch) return refuse_until(notice.not_before);
  if (notice.expires_at <= now) return;
  const Key key{notice.type, notice.id};
  const auto known = entries_.find(key);
  if (known == entries_.end() && entries_.size() >= most_) {
    overflowed_ = true;
    return refuse_until(now);
  }
  Entry entry{notice.not_before, notice.expires_at};
  if (known != entries_.end()) {
    by_end_.erase({known->second.expires_at, key});
    entry.not_before = std::max(entry.not_before, known->second.not_before);
    entry.expires_at = std::max(entry.expires_at, known->second.expires_at);
  }
  by_end_.emplace(entry.expires_at, key);
  entries_.insert_or_assign(key, entry);
}

void Revocations::refuse_until(common::SystemTime moment) {
  epoch_ = std::max(epoch_.value_or(moment), moment);
}

void Revocations::remove_expired(common::SystemTime now) {
  while (!by_end_.empty() && by_end_.begin()->first <= now) {
    entries_.erase(by_end_.begin()->second);
    by_end_.erase(by_end_.begin());
  }
}

bool Revocations::names(Type type, std::string_view id,
                        std::optional<common::SystemTime> issued_at) const {
  const auto entry = entries_.find(Key{type, std::string(id)});
  return entry != entries_.end() && (!issued_at || *issued_at <= entry->second.not_before);
}

bool Revocations::is_revoked(const common::jose::AccessToken& token) const {
  if (epoch_ && token.issued_at <= *epoch_) return true;
  if (entries_.empty()) return false;
  const std::string_view jti = token.id;
  return names(Type::token, jti, std::nullopt) ||
         names(Type::grant, jti.substr(0, jti.find('.')), std::nullopt) ||
         (!token.session.empty() && names(Type::session, token.session, token.issued_at)) ||
         names(Type::user, token.subject, token.issued_at);
}

}  // namespace wic
