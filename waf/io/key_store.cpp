// SPDX-License-Identifier: Apache-2.0
#include "waf/io/key_store.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <stdexcept>

#include "common/io/key_files.hpp"
#include "waf/endpoints/metadata.hpp"

namespace waf::io {
namespace {

constexpr seconds forever{100LL * 365 * 86400};
constexpr seconds longest_token{3600};
constexpr seconds skew{60};

std::string date_of(SystemTime now) {
  const std::time_t time = common::unix_seconds(now);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::string out(8, '0');
  std::strftime(out.data(), out.size() + 1, "%Y%m%d", &parts);
  return out;
}

}  // namespace

KeyRecord KeyStore::create(common::RandomSource& random, SystemTime sign_from, SystemTime now) {
  const KeyRecord record{date_of(now) + "-" + random.hex(4), sign_from, now + forever};
  std::filesystem::create_directories(folder_);
  ::chmod(folder_.c_str(), S_IRWXU);
  const auto stored = common::io::store_signing_key(folder_ / (record.kid + ".pem"),
                                                    common::io::generate_signing_key(record.kid));
  if (!stored) throw std::runtime_error(stored.error().message());
  store_.put_key(record);
  return record;
}

std::vector<KeyRing::Entry> KeyStore::load(SystemTime now) {
  std::vector<KeyRing::Entry> out;
  for (const KeyRecord& record : store_.keys()) {
    if (record.publish_until <= now) continue;
    auto key = common::io::load_signing_key(folder_ / (record.kid + ".pem"), record.kid);
    if (!key) throw std::runtime_error("signing key " + record.kid + ": " + key.error().message());
    out.push_back({std::move(*key), record.sign_from, record.publish_until});
  }
  return out;
}

std::vector<KeyRing::Entry> KeyStore::load_or_create(common::RandomSource& random, SystemTime now) {
  store_.atomically([&] {
    const auto records = store_.keys();
    const bool usable = std::any_of(records.begin(), records.end(), [now](const KeyRecord& key) {
      return key.sign_from <= now && key.publish_until > now;
    });
    if (!usable) create(random, now, now);
  });
  return load(now);
}

KeyRecord KeyStore::rotate(const Settings& settings, common::RandomSource& random, SystemTime now) {
  KeyRecord fresh;
  store_.atomically([&] {
    const auto former = store_.keys();
    fresh = create(random, now + 2 * jwks_max_age, now);
    const SystemTime end =
        fresh.sign_from + std::max(settings.access_token_lifetime, longest_token) + skew;
    for (KeyRecord record : former) {
      record.publish_until = std::min(record.publish_until, end);
      store_.put_key(record);
    }
  });
  return fresh;
}

void KeyStore::drop(std::string_view kid, common::RandomSource& random, SystemTime now) {
  store_.atomically([&] {
    auto records = store_.keys();
    const auto found = std::find_if(records.begin(), records.end(),
                                    [kid](const KeyRecord& key) { return key.kid == kid; });
    if (found == records.end()) throw std::runtime_error("no such key: " + std::string(kid));
    found->publish_until = now;
    store_.put_key(*found);
    std::erase_if(records, [now](const KeyRecord& key) { return key.publish_until <= now; });
    if (records.empty()) {
      create(random, now, now);
    } else if (records.front().sign_from > now) {  // they come in the order of their times
      records.front().sign_from = now;
      store_.put_key(records.front());
    }
  });
  std::error_code ignored;  // unpublished it is in any case
  std::filesystem::remove(folder_ / (std::string(kid) + ".pem"), ignored);
}

}  // namespace waf::io
