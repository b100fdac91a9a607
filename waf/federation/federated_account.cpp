// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/federated_account.hpp"

#include <algorithm>

#include "waf/federation/errc.hpp"
#include "waf/grants/token_set.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf::federation {
namespace {

using common::fail;
using common::Result;

constexpr std::size_t user_id_octets = 8;

/// Fails when one of the identities belongs to somebody else than `user_id`.
Result<void> check_free(const MappedIdentity& identity, std::string_view user_id, Store& store) {
  std::vector<std::string> wanted = identity.impus;
  wanted.push_back(identity.impi);
  for (const auto& one : wanted) {
    const auto owner = store.owner_of(one);
    if (owner && *owner != user_id) return fail(Errc::identity_taken, one);
  }
  return {};
}

/// "corp:erin@ims.example": no local user's name has a colon. An IMPI that was another account's
/// before does not give its name as well.
std::string name_for(const VouchedUser& vouched, Store& store) {
  std::string name = vouched.source + ":" + vouched.identity.impi;
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (!store.find_user_by_name(name)) return name;
  std::string tail = digest_of(vouched.issuer + "\n" + vouched.subject).substr(0, 8);
  std::transform(tail.begin(), tail.end(), tail.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name + ":" + tail;
}

bool lost_scopes(const User& before, const std::vector<std::string>& after) {
  return !before.scopes ||
         std::any_of(before.scopes->begin(), before.scopes->end(),
                     [&](const std::string& scope) { return !contains(after, scope); });
}

std::string shown_name(const MappedIdentity& identity) {
  return identity.display_name.empty() ? identity.impi : identity.display_name;
}

Result<User> create(const VouchedUser& vouched, Store& store, common::RandomSource& random) {
  if (!vouched.jit) return fail(Errc::no_account, vouched.subject);
  if (auto free = check_free(vouched.identity, "", store); !free) return fail(free.error());
  User out;
  out.id = "u-" + random.hex(user_id_octets);
  out.name = name_for(vouched, store);
  out.impi = vouched.identity.impi;
  out.impus = vouched.identity.impus;
  out.display_name = shown_name(vouched.identity);
  out.scopes = vouched.identity.scopes;
  store.put_user(out);
  return out;
}

Result<User> update(User user, const MappedIdentity& identity, Store& store,
                    const Settings& settings, SystemTime now) {
  const bool renamed = user.impi != identity.impi || user.impus != identity.impus;
  if (renamed) {
    if (auto free = check_free(identity, user.id, store); !free) return fail(free.error());
  }
  const bool less = lost_scopes(user, identity.scopes);
  const std::string name = shown_name(identity);
  if (!renamed && user.scopes == identity.scopes && user.display_name == name) return user;
  user.impi = identity.impi;
  user.impus = identity.impus;
  user.scopes = identity.scopes;
  user.display_name = name;
  store.put_user(user);
  if (renamed || less) revoke_user(settings, store, user.id, now);
  return user;
}

}  // namespace

Result<User> account_of(const VouchedUser& vouched, Store& store, const Settings& settings,
                        common::RandomSource& random, SystemTime now) {
  Result<User> out = fail(Errc::no_account);
  store.atomically([&] {
    auto link = store.find_identity(vouched.issuer, vouched.subject);
    auto known = link ? store.find_user(link->user_id) : std::nullopt;
    if (known && !known->enabled) {
      out = fail(Errc::account_disabled, known->name);
      return;
    }
    out = known ? update(std::move(*known), vouched.identity, store, settings, now)
                : create(vouched, store, random);
    if (!out) return;
    if (!link) link = LinkedIdentity{vouched.issuer, vouched.subject, "", now, now};
    link->user_id = out->id;
    link->last_login = now;
    store.put_identity(*link);
  });
  return out;
}

}  // namespace waf::federation
