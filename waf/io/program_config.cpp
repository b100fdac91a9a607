// SPDX-License-Identifier: Apache-2.0
#include "waf/io/program_config.hpp"

#include <algorithm>

#include "waf/io/client_config.hpp"
#include "waf/io/device_config.hpp"
#include "waf/io/federation_config.hpp"
#include "waf/io/key_config.hpp"
#include "waf/io/pages_config.hpp"
#include "waf/tokens/password_hash.hpp"

namespace waf::io {
namespace {

using common::ConfigTable;
using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

seconds read_seconds(const ConfigTable& table, const char* key, seconds least, seconds most,
                     seconds fallback) {
  return duration_cast<seconds>(table.duration(key, least, most, fallback));
}

RateLimit read_rate(const ConfigTable& table, const char* key, RateLimit fallback) {
  fallback.count = table.integer(key, 1, 1'000'000, fallback.count);
  return fallback;
}

std::size_t read_size(const ConfigTable& table, const char* key, std::int64_t least,
                      std::int64_t most, std::size_t fallback) {
  return static_cast<std::size_t>(
      table.integer(key, least, most, static_cast<std::int64_t>(fallback)));
}

std::vector<common::Endpoint> read_endpoints(const ConfigTable& table, const char* key) {
  std::vector<common::Endpoint> out;
  for (const auto& text : table.strings(key)) {
    const auto endpoint = common::Endpoint::parse(text);
    if (!endpoint) table.refuse(key, "expected \"address:port\", got \"" + text + "\"");
    out.push_back(*endpoint);
  }
  return out;
}

void read_server(const ConfigTable& table, ProgramConfig& out) {
  Settings& settings = out.settings;
  settings.issuer = table.string("issuer");
  const auto url = common::HttpUrl::parse(settings.issuer);
  if (!url || !url->secure || url->origin() != settings.issuer) {
    table.refuse("issuer", "expected an https origin such as \"https://login.example.com\"");
  }
  auto& https = out.https;
  https.listen = read_endpoints(table, "listen");
  if (https.listen.empty()) table.refuse("listen", "expected at least one address");
  https.tls = {.certificate_chain = table.path("certificate"),
               .private_key = table.path("private_key")};
  https.threads = read_size(table, "threads", 1, 256, 1);
  https.max_header_bytes = read_size(table, "max_header", 1024, 1 << 20, 16 * 1024);
  https.max_body_bytes = read_size(table, "max_body", 1024, 1 << 24, 64 * 1024);
  https.max_connections = read_size(table, "max_connections", 1, 1'000'000, 4096);
  https.max_connections_per_address =
      read_size(table, "max_connections_per_address", 1, 1'000'000, 64);
  const milliseconds least(50);
  const milliseconds most = minutes(10);
  https.handshake_timeout = table.duration("handshake_timeout", least, most, milliseconds(10'000));
  https.header_timeout = table.duration("header_timeout", least, most, milliseconds(10'000));
  https.body_timeout = table.duration("body_timeout", least, most, milliseconds(20'000));
  https.idle_timeout = table.duration("idle_timeout", least, most, milliseconds(30'000));
  https.write_timeout = table.duration("write_timeout", least, most, milliseconds(20'000));
  https.metrics_prefix = "waf_http";
  out.core_dumps = table.boolean("core_dumps", false);
  out.request_queue = read_size(table, "request_queue", 1, 1'000'000, 1024);
  // HSTS holds for all ports of a host: on localhost it would break every other program.
  const seconds hsts = url->host == "localhost" ? seconds(0) : seconds(365 * 86400);
  settings.hsts = read_seconds(table, "hsts", seconds(0), hours(24 * 730), hsts);
}

void read_outbound(const ConfigTable& table, FetcherOptions& out) {
  if (table.has("ca_file")) out.ca_file = table.path("ca_file");
  out.timeout = table.duration("timeout", milliseconds(100), minutes(1), out.timeout);
  out.max_body_bytes = read_size(table, "max_body", 1024, 1 << 24, out.max_body_bytes);
  out.max_in_flight = read_size(table, "max_in_flight", 1, 10'000, out.max_in_flight);
  for (const auto& text : table.strings("client_networks", {})) {
    const auto prefix = common::IpPrefix::parse(text);
    if (!prefix) table.refuse("client_networks", "expected prefixes such as \"10.0.0.0/8\"");
    out.client_networks.push_back(*prefix);
  }
}

void read_admin(const ConfigTable& table, ProgramConfig& out) {
  if (table.has("listen")) out.admin.listen = read_endpoints(table, "listen");
  for (const auto& endpoint : out.admin.listen) {
    if (!endpoint.address.is_loopback()) {
      table.refuse("listen", "expected loopback addresses: nothing here asks who is there");
    }
  }
  out.admin.metrics_prefix = "waf_admin_http";
}

void read_tokens(const ConfigTable& table, Settings& settings) {
  settings.audience = table.string("audience");
  settings.waf_identity = table.string("waf_identity");
  settings.wwsf_identity = table.string("wwsf_identity");
  settings.access_token_lifetime =
      read_seconds(table, "access_token", seconds(60), hours(1), seconds(600));
  settings.id_token_lifetime = read_seconds(table, "id_token", seconds(60), hours(1), seconds(600));
  settings.code_lifetime = read_seconds(table, "code", seconds(5), minutes(10), seconds(60));
  settings.refresh_idle =
      read_seconds(table, "refresh_idle", minutes(1), hours(24 * 90), settings.refresh_idle);
  settings.refresh_absolute = read_seconds(table, "refresh_absolute", minutes(1), hours(24 * 365),
                                           settings.refresh_absolute);
  settings.refresh_leeway =
      read_seconds(table, "refresh_leeway", seconds(0), seconds(5), settings.refresh_leeway);
}

void read_events(const ConfigTable& table, EventSettings& events) {
  events.max_followers = static_cast<std::size_t>(
      table.integer("max_followers", 0, 10'000, static_cast<std::int64_t>(events.max_followers)));
  events.heartbeat = read_seconds(table, "heartbeat", seconds(1), seconds(20), events.heartbeat);
}

void read_sessions(const ConfigTable& table, Settings& settings) {
  settings.session_idle =
      read_seconds(table, "idle", minutes(1), hours(24 * 30), settings.session_idle);
  settings.session_absolute =
      read_seconds(table, "absolute", minutes(1), hours(24 * 90), settings.session_absolute);
  settings.login_form_lifetime =
      read_seconds(table, "login_form", minutes(1), hours(12), settings.login_form_lifetime);
}

void read_limits(const ConfigTable& table, Settings& settings) {
  settings.token_per_client =
      read_rate(table, "token_per_client_per_second", settings.token_per_client);
  settings.token_per_machine =
      read_rate(table, "token_per_confidential_client_per_second", settings.token_per_machine);
  settings.token_per_address =
      read_rate(table, "token_per_address_per_second", settings.token_per_address);
  settings.login_per_address =
      read_rate(table, "login_per_address_per_minute", settings.login_per_address);
  settings.login_per_account =
      read_rate(table, "login_per_account_per_minute", settings.login_per_account);
  settings.authorize_per_address =
      read_rate(table, "authorize_per_address_per_minute", settings.authorize_per_address);
  settings.soft_lock_failures =
      table.integer("soft_lock_failures", 3, 1000, settings.soft_lock_failures);
  settings.known_browser_lifetime = read_seconds(table, "known_browser", hours(1), hours(24 * 400),
                                                 settings.known_browser_lifetime);
  settings.soft_lock = read_seconds(table, "soft_lock", seconds(1), hours(24), settings.soft_lock);
}

void read_passwords(const ConfigTable& table, ProgramConfig& out) {
  PasswordCost& cost = out.settings.password_cost;
  cost.memory_kib = static_cast<std::uint32_t>(table.integer("memory_kib", 7168, 1 << 20, 19456));
  cost.iterations = static_cast<std::uint32_t>(table.integer("iterations", 1, 64, 2));
  cost.lanes = static_cast<std::uint32_t>(table.integer("lanes", 1, 16, 1));
  if (!is_strong_enough(cost)) {
    table.refuse("memory_kib",
                 "expected at least 47104 with 1 iteration, 19456 with 2, 12288 with 3, 9216 with "
                 "4 or 7168 with 5");
  }
  out.hash_threads = read_size(table, "threads", 1, 64, 1);
  out.hash_queue = read_size(table, "queue", 1, 10'000, 32);
}

/// [mtls]: a listener of its own, since a browser bothers its user with the question.
void read_mtls(const ConfigTable& table, ProgramConfig& out) {
  if (!table.has("listen")) return;
  out.mtls = out.https;
  out.mtls.listen = read_endpoints(table, "listen");
  out.settings.mtls_url = table.string("url");
  const auto url = common::HttpUrl::parse(out.settings.mtls_url);
  if (!url || !url->secure || url->origin() != out.settings.mtls_url) {
    table.refuse("url", "expected an https origin such as \"https://login.example.com:8444\"");
  }
  out.mtls.tls->ask_client_certificate = true;
  if (table.has("client_ca")) out.mtls.tls->client_ca = table.path("client_ca");
  out.mtls.metrics_prefix = "waf_mtls_http";
}

void read_registration(const ConfigTable& table, Settings& settings) {
  settings.registration = table.boolean("enabled", false);
  settings.registration_scopes = table.strings("scopes", settings.registration_scopes);
}

void read_pools(const ConfigTable& table, Settings& settings) {
  for (const ConfigTable& one : table.tables("pools")) {
    PoolSettings pool = read_pool(one);
    if (pool.quarantine < settings.access_token_lifetime) {
      one.refuse("quarantine", "expected at least tokens.access_token");
    }
    settings.pools.push_back(std::move(pool));
  }
}

DeclaredUser read_user(const ConfigTable& table) {
  DeclaredUser out;
  User& user = out.user;
  user.name = table.string("name");
  const bool lower =
      std::none_of(user.name.begin(), user.name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (user.name.empty() || !lower) table.refuse("name", "expected lower-case text");
  user.display_name = table.string("display_name", user.name);
  user.impi = table.string("impi");
  user.impus = table.strings("impus");
  if (user.impus.empty()) table.refuse("impus", "expected at least one SIP or tel URI");
  user.enabled = table.boolean("enabled", true);
  user.password_hash = table.string("password_hash", "");
  out.password = table.string("password", "");
  if (user.password_hash.empty() == out.password.empty()) {
    table.refuse("password_hash", "expected either password_hash or password");
  }
  if (!user.password_hash.empty() && !PasswordHash::parse(user.password_hash)) {
    table.refuse("password_hash", "expected a PHC string, $argon2id$v=19$…");
  }
  if (!out.password.empty() && !is_acceptable_password(out.password)) {
    table.refuse("password", "expected at least 8 characters");
  }
  return out;
}

ProgramConfig read_file(const ConfigTable& table) {
  ProgramConfig out;
  read_server(table.table("server"), out);
  read_admin(table.table("admin"), out);
  read_outbound(table.table("outbound"), out.outbound);
  read_tokens(table.table("tokens"), out.settings);
  read_mtls(table.table("mtls"), out);
  read_registration(table.table("registration"), out.settings);
  read_pools(table, out.settings);
  read_sessions(table.table("sessions"), out.settings);
  read_events(table.table("events"), out.settings.events);
  read_limits(table.table("limits"), out.settings);
  read_passwords(table.table("passwords"), out);
  read_brand(table.table("brand"), out.settings);
  const ConfigTable store = table.table("store");
  out.store = store.path("file");
  out.full_sync = store.choice("synchronous", {"full", "normal"}, "full") == "full";
  const ConfigTable keys = table.table("keys");
  out.keys = read_keys(keys);
  out.device_key = keys.path("device_key", out.keys.folder / "devices.key");
  out.settings.devices = read_device_settings(table);
  const ConfigTable page = table.table("wwsf");
  out.page_folder = page.path("folder");
  if (page.has("page_config")) out.page_config = page.path("page_config");
  out.settings.gateway_origins = page.strings("gateways", {});
  const ConfigTable log = table.table("log");
  out.log_level = log.choice("level", {"trace", "debug", "info", "warn", "error"}, "info");
  out.log_format = log.choice("format", {"text", "json"}, "text");
  read_federation(table, out.settings);
  for (const auto& client : table.tables("clients")) out.clients.push_back(read_client(client));
  for (const auto& user : table.tables("users")) out.users.push_back(read_user(user));
  return out;
}

}  // namespace

ProgramConfig read_config(const ConfigTable& table) { return table.read_all(read_file); }

}  // namespace waf::io
