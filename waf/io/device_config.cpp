// SPDX-License-Identifier: Apache-2.0
#include "waf/io/device_config.hpp"

#include <algorithm>

#include "common/ip_prefix.hpp"
#include "waf/devices/digest_proof.hpp"

namespace waf::io {
namespace {

using common::ConfigTable;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::int64_t cleartext_digits = 12;

seconds read_seconds(const ConfigTable& table, const char* key, seconds least, seconds most,
                     seconds fallback) {
  return std::chrono::duration_cast<seconds>(table.duration(key, least, most, fallback));
}

void read_rate(const ConfigTable& table, const char* key, RateLimit& out) {
  out.count = table.integer(key, 1, 1'000'000, out.count);
}

DpopSettings read_dpop(const ConfigTable& table) {
  DpopSettings out;
  out.nonce = table.boolean("nonce", out.nonce);
  out.nonce_lifetime =
      read_seconds(table, "nonce_lifetime", seconds(10), hours(1), out.nonce_lifetime);
  out.max_age = read_seconds(table, "max_age", seconds(5), minutes(10), out.max_age);
  out.max_ahead = read_seconds(table, "max_ahead", seconds(0), minutes(5), out.max_ahead);
  out.remembered = table.integer("remembered", 1000, 10'000'000, out.remembered);
  return out;
}

ParSettings read_par(const ConfigTable& table) {
  ParSettings out;
  out.lifetime = read_seconds(table, "lifetime", seconds(5), seconds(90), out.lifetime);
  out.required = table.boolean("required", out.required);
  read_rate(table, "per_address_per_minute", out.per_address);
  return out;
}

DeviceGrantSettings read_device_grant(const ConfigTable& table) {
  DeviceGrantSettings out;
  out.enabled = table.boolean("enabled", out.enabled);
  out.lifetime = read_seconds(table, "lifetime", minutes(1), minutes(30), out.lifetime);
  out.interval = read_seconds(table, "interval", seconds(1), minutes(1), out.interval);
  read_rate(table, "per_address_per_minute", out.per_address);
  read_rate(table, "entries_per_session_per_minute", out.entries_per_session);
  read_rate(table, "entries_per_account_per_hour", out.entries_per_account);
  read_rate(table, "entries_per_address_per_minute", out.entries_per_address);
  return out;
}

ChallengeSettings read_challenge(const ConfigTable& table) {
  ChallengeSettings out;
  out.enabled = table.boolean("enabled", out.enabled);
  out.lifetime = read_seconds(table, "lifetime", seconds(30), minutes(10), out.lifetime);
  out.most_attempts = table.integer("attempts", 1, 10, out.most_attempts);
  return out;
}

void read_cleartext(const ConfigTable& table, AccessCodeSettings& out) {
  out.allow_cleartext = table.boolean("allow_cleartext", out.allow_cleartext);
  out.cleartext_networks = table.strings("cleartext_networks", {});
  for (const auto& text : out.cleartext_networks) {
    if (!common::IpPrefix::parse(text)) {
      table.refuse("cleartext_networks", "expected prefixes such as \"192.0.2.0/24\"");
    }
  }
  if (!out.allow_cleartext) return;
  // token-auth 3.5: what can be searched offline must be longer, from known networks, and short.
  if (out.digits < cleartext_digits) {
    table.refuse("digits", "expected at least 12 where allow_cleartext is on");
  }
  if (out.cleartext_networks.empty()) {
    table.refuse("cleartext_networks", "expected at least one where allow_cleartext is on");
  }
  if (out.device_lifetime > hours(12)) {
    table.refuse("device_lifetime", "expected at most 12h where allow_cleartext is on");
  }
}

AccessCodeSettings read_access_codes(const ConfigTable& table) {
  AccessCodeSettings out;
  out.enabled = table.boolean("enabled", out.enabled);
  out.realm = table.string("realm", "");
  if (out.enabled && out.realm.empty()) {
    table.refuse("realm", "expected the Digest realm of the phones, as the gateway sends it");
  }
  out.digits = table.integer("digits", 8, 16, out.digits);
  out.lifetime = read_seconds(table, "lifetime", seconds(60), minutes(10), out.lifetime);
  out.attempts = table.integer("attempts", 1, 5, out.attempts);
  out.fresh_login = read_seconds(table, "fresh_login", minutes(1), hours(1), out.fresh_login);
  read_rate(table, "minted_per_user_per_hour", out.minted_per_user);
  out.device_lifetime =
      read_seconds(table, "device_lifetime", minutes(5), hours(24 * 30), out.device_lifetime);
  out.devices_per_user = table.integer("devices_per_user", 1, 100, out.devices_per_user);
  out.algorithms = table.strings("algorithms", out.algorithms);
  for (const auto& name : out.algorithms) {
    if (!digest_algorithm_from(name)) {
      table.refuse("algorithms", "expected some of \"SHA-256\", \"SHA-512-256\", \"MD5\"");
    }
  }
  out.without_user_name = table.boolean("without_user_name", out.without_user_name);
  read_rate(table, "failures_per_source_per_minute", out.failures_per_source);
  read_rate(table, "failures_per_realm_per_minute", out.failures_per_realm);
  out.suspend_failures = table.integer("suspend_failures", 2, 100, out.suspend_failures);
  out.suspend_window =
      read_seconds(table, "suspend_window", minutes(1), hours(24), out.suspend_window);
  out.suspend_for = read_seconds(table, "suspend_for", seconds(30), hours(24), out.suspend_for);
  out.scopes = table.strings("scopes", out.scopes);
  if (out.enabled && out.scopes.empty()) table.refuse("scopes", "expected at least one");
  read_cleartext(table, out);
  return out;
}

}  // namespace

DeviceSettings read_device_settings(const ConfigTable& file) {
  DeviceSettings out;
  out.dpop = read_dpop(file.table("dpop"));
  out.par = read_par(file.table("par"));
  out.device_grant = read_device_grant(file.table("device_grant"));
  out.challenge = read_challenge(file.table("challenge"));
  out.access_codes = read_access_codes(file.table("access_codes"));
  return out;
}

}  // namespace waf::io
