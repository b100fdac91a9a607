// SPDX-License-Identifier: Apache-2.0
#include "waf/io/key_store.hpp"

#include <algorithm>
#include <ctime>
#include <stdexcept>

#include "waf/grants/token_set.hpp"

namespace waf::io {
namespace {

constexpr seconds forever{100LL * 365 * 86400};
constexpr seconds skew{60};

std::string date_of(SystemTime now) {
  const std::time_t time = common::unix_seconds(now);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::string out(8, '0');
  std::strftime(out.data(), out.size() + 1, "%Y%m%d", &parts);
  return out;
}

seconds life_of_tokens(const Settings& settings) {
  return std::max(settings.access_token_lifetime, longest_access_token) + skew;
}

bool may_sign(const KeyRecord& key, SystemTime now) {
  return !key.retired && key.publish_until > now;
}

bool signs(const KeyRecord& key, SystemTime now) {
  return may_sign(key, now) && key.sign_from <= now;
}

}  // namespace

std::vector<KeyRing::Entry> KeyStore::load(SystemTime now) {
  std::vector<KeyRing::Entry> out;
  for (const KeyRecord& record : store_.keys()) {
    if (record.publish_until <= now) continue;
    out.push_back(
        {vault_.find(record.kid), record.sign_from, record.publish_until, record.retired});
  }
  return out;
}

std::vector<KeyRing::Entry> KeyStore::load_or_create(common::RandomSource& random, SystemTime now) {
  store_.atomically([&] {
    const auto records = store_.keys();
    for (const Algorithm algorithm : options().algorithms) {
      const auto of_it = [&](const KeyRecord& key) {
        return key.algorithm == algorithm && may_sign(key, now);
      };
      if (std::any_of(records.begin(), records.end(),
                      [&](const KeyRecord& key) { return of_it(key) && key.sign_from <= now; })) {
        continue;
      }
      // The first of all may sign at once: nobody can have an older key set. Another algorithm's
      // is used only for clients that were told of it later.
      store_.put_key({make(algorithm, random, now), now, now + forever, algorithm, false});
    }
  });
  return load(now);
}

std::string KeyStore::make(Algorithm algorithm, common::RandomSource& random, SystemTime now) {
  std::string kid = date_of(now) + "-" + random.hex(4);
  vault_.create(kid, algorithm);
  return kid;
}

KeyRecord KeyStore::publish(const std::string& kid, const Settings& settings, Algorithm algorithm,
                            SystemTime now) {
  const KeyRecord fresh{kid, now + options().publish_ahead, now + forever, algorithm, false};
  store_.atomically([&] {
    const SystemTime end = fresh.sign_from + life_of_tokens(settings);
    for (KeyRecord record : store_.keys()) {
      if (record.algorithm != algorithm) continue;
      record.publish_until = std::min(record.publish_until, end);
      store_.put_key(record);
    }
    store_.put_key(fresh);
  });
  return fresh;
}

KeyRecord KeyStore::rotate(const Settings& settings, Algorithm algorithm,
                           common::RandomSource& random, SystemTime now) {
  return publish(make(algorithm, random, now), settings, algorithm, now);
}

std::vector<KeyStore::Algorithm> KeyStore::due(SystemTime now) {
  std::vector<Algorithm> out;
  if (options().rotate_every <= seconds(0)) return out;
  const auto records = store_.keys();
  for (const Algorithm algorithm : options().algorithms) {
    const bool fresh = std::any_of(records.begin(), records.end(), [&](const KeyRecord& key) {
      return key.algorithm == algorithm && may_sign(key, now) &&
             key.sign_from + options().rotate_every > now;
    });
    if (!fresh) out.push_back(algorithm);
  }
  return out;
}

KeyRecord KeyStore::known(std::string_view kid) {
  const auto records = store_.keys();
  const auto found = std::find_if(records.begin(), records.end(),
                                  [kid](const KeyRecord& key) { return key.kid == kid; });
  if (found == records.end()) throw std::runtime_error("no such key: " + std::string(kid));
  return *found;
}

void KeyStore::retire(std::string_view kid, const Settings& settings, SystemTime now) {
  store_.atomically([&] {
    KeyRecord key = known(kid);
    const auto records = store_.keys();
    const bool replaced = std::any_of(records.begin(), records.end(), [&](const KeyRecord& other) {
      return other.kid != kid && other.algorithm == key.algorithm && signs(other, now);
    });
    if (!replaced) {
      throw std::runtime_error("no other key of its algorithm signs yet: rotate first");
    }
    key.retired = true;
    key.publish_until = std::min(key.publish_until, now + life_of_tokens(settings));
    store_.put_key(key);
  });
}

void KeyStore::drop(std::string_view kid, common::RandomSource& random, SystemTime now) {
  store_.atomically([&] {
    KeyRecord key = known(kid);
    key.publish_until = now;
    store_.put_key(key);
    auto records = store_.keys();  // in the order of their times
    std::erase_if(records, [&](const KeyRecord& other) {
      return other.algorithm != key.algorithm || !may_sign(other, now);
    });
    if (records.empty()) {
      store_.put_key({make(key.algorithm, random, now), now, now + forever, key.algorithm, false});
    } else if (records.front().sign_from > now) {
      records.front().sign_from = now;
      store_.put_key(records.front());
    }
    // token-auth 6.4: whoever has the key may have made tokens of any date with it. Times are whole
    // seconds: tokens of this one may be what clients fetch in answer to the event, and those of
    // the dropped key are refused for its kid.
    store_.put_revocation({Revocation::Type::epoch,
                           {},
                           now - seconds(1),
                           now + longest_access_token,
                           "signing key withdrawn"});
  });
  vault_.destroy(std::string(kid));
}

bool is_current(const std::vector<KeyRing::Entry>& loaded, const std::vector<KeyRecord>& records,
                SystemTime now) {
  std::size_t published = 0;
  for (const KeyRecord& record : records) {
    if (record.publish_until <= now) continue;
    ++published;
    const bool known =
        std::any_of(loaded.begin(), loaded.end(), [&record](const KeyRing::Entry& entry) {
          return entry.key.kid() == record.kid && entry.sign_from == record.sign_from &&
                 entry.publish_until == record.publish_until && entry.retired == record.retired;
        });
    if (!known) return false;
  }
  return published == loaded.size();
}

}  // namespace waf::io
