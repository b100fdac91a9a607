// SPDX-License-Identifier: Apache-2.0
#include "waf/tokens/key_ring.hpp"

#include <algorithm>
#include <stdexcept>

namespace waf {

KeyRing::KeyRing(std::vector<Entry> entries, common::SystemTime now)
    : entries_(std::move(entries)) {
  handle_timeout(now);
  if (signers_.empty()) throw std::runtime_error("no signing key whose time has come");
}

void KeyRing::replace(std::vector<Entry> entries, common::SystemTime now) {
  entries_ = std::move(entries);
  handle_timeout(now);
}

void KeyRing::handle_timeout(common::SystemTime now) {
  std::erase_if(entries_, [now, this](const Entry& entry) {
    return entry.publish_until <= now && entry.key.kid() != active_kid_;
  });
  const Entry* active = nullptr;
  common::jose::KeySet published;
  for (const Entry& entry : entries_) {
    published.add(entry.key.public_key());
    if (entry.sign_from > now) continue;
    if (active == nullptr || entry.sign_from > active->sign_from) active = &entry;
  }
  published_ = std::move(published);
  if (active == nullptr || active->key.kid() == active_kid_) return;
  active_kid_ = active->key.kid();
  signers_.clear();
  signers_.emplace_back(active->key, "at+jwt");
  signers_.emplace_back(active->key, "JWT");
  signers_.emplace_back(active->key, "secevent+jwt");
}

const common::jose::SigningKey& KeyRing::active_key() const {
  return std::find_if(entries_.begin(), entries_.end(),
                      [this](const Entry& entry) { return entry.key.kid() == active_kid_; })
      ->key;
}

std::string KeyRing::sign_access_token(std::string_view claims) { return signers_[0].sign(claims); }

std::string KeyRing::sign_id_token(std::string_view claims) { return signers_[1].sign(claims); }

std::string KeyRing::sign_event(std::string_view claims) { return signers_[2].sign(claims); }

}  // namespace waf
