// SPDX-License-Identifier: Apache-2.0
#include "waf/tokens/key_ring.hpp"

#include <algorithm>
#include <stdexcept>

#include "waf/tokens/secrets.hpp"

namespace waf {

KeyRing::KeyRing(std::vector<Entry> entries, common::SystemTime now, Algorithm default_algorithm)
    : default_(default_algorithm), entries_(std::move(entries)) {
  handle_timeout(now);
  if (!active_.contains(default_)) {
    throw std::runtime_error("no signing key whose time has come");
  }
}

void KeyRing::replace(std::vector<Entry> entries, common::SystemTime now) {
  entries_ = std::move(entries);
  handle_timeout(now);
}

void KeyRing::handle_timeout(common::SystemTime now) {
  std::erase_if(entries_, [now, this](const Entry& entry) {
    const auto active = active_.find(entry.key.algorithm());
    const bool signs = active != active_.end() && active->second == entry.key.kid();
    return entry.publish_until <= now && !signs;
  });
  std::map<Algorithm, const Entry*> active;
  common::jose::KeySet published;
  for (const Entry& entry : entries_) {
    published.add(entry.key.public_key());
    if (entry.sign_from > now || entry.retired) continue;
    const Entry*& best = active[entry.key.algorithm()];
    if (best == nullptr || entry.sign_from > best->sign_from) best = &entry;
  }
  if (published.kids() != published_.kids() || jwks_.empty()) {
    published_ = std::move(published);
    jwks_ = published_.to_json();
    jwks_etag_ = "\"" + digest_of(jwks_) + "\"";
  }
  std::map<Algorithm, std::string> kids;
  for (const auto& [algorithm, entry] : active) kids[algorithm] = entry->key.kid();
  if (!kids.contains(default_) || kids == active_) return;  // never without a key that signs
  active_ = std::move(kids);
  signers_.clear();
  access_token_signer_ = &signer(default_, "at+jwt");
}

std::vector<KeyRing::Algorithm> KeyRing::algorithms() const {
  std::vector<Algorithm> out{default_};
  for (const auto& [algorithm, kid] : active_) {
    if (algorithm != default_) out.push_back(algorithm);
  }
  return out;
}

const common::jose::SigningKey& KeyRing::active_key() const {
  return std::find_if(entries_.begin(), entries_.end(),
                      [this](const Entry& entry) { return entry.key.kid() == active_kid(); })
      ->key;
}

common::jose::Signer& KeyRing::signer(Algorithm algorithm, std::string_view type) {
  const auto active = active_.find(algorithm);
  if (active == active_.end()) return signer(default_, type);
  auto found = signers_.find(std::pair(algorithm, std::string(type)));
  if (found == signers_.end()) {
    const auto entry = std::find_if(entries_.begin(), entries_.end(), [&active](const Entry& one) {
      return one.key.kid() == active->second;
    });
    found = signers_
                .emplace(std::pair(algorithm, std::string(type)),
                         common::jose::Signer(entry->key, type))
                .first;
  }
  return found->second;
}

std::string KeyRing::sign_access_token(std::string_view claims) {
  return access_token_signer_->sign(claims);
}

std::string KeyRing::sign_id_token(std::string_view claims, std::optional<Algorithm> algorithm) {
  return signer(algorithm.value_or(default_), "JWT").sign(claims);
}

std::string KeyRing::sign_event(std::string_view claims) {
  return signer(default_, "secevent+jwt").sign(claims);
}

std::string KeyRing::sign_logout_token(std::string_view claims) {
  return signer(default_, "logout+jwt").sign(claims);
}

}  // namespace waf
