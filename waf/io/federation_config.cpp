// SPDX-License-Identifier: Apache-2.0
#include "waf/io/federation_config.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "common/http.hpp"
#include "common/jose/signing_key.hpp"
#include "waf/grants/token_set.hpp"
#include "waf/io/mapping_config.hpp"

namespace waf::io {
namespace {

using common::ConfigTable;
using directory::Directory;
using federation::Provider;
using std::chrono::duration_cast;

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::string read_name(const ConfigTable& table) {
  auto out = table.string("name");
  if (!is_name(out)) table.refuse("name", "expected lower-case letters, digits and hyphens");
  return out;
}

/// A secret of one line: the line's end does not belong to it.
std::string read_secret(const ConfigTable& table, const char* key) {
  auto out = read_text_file(table, key);
  while (!out.empty() && (out.back() == '\n' || out.back() == '\r')) out.pop_back();
  if (out.empty()) table.refuse(key, "the file is empty");
  return out;
}

void read_credentials(const ConfigTable& table, Provider& out) {
  if (table.has("private_key_file")) {
    out.authentication = ClientAuthentication::private_key_jwt;
    out.private_key = read_text_file(table, "private_key_file");
    out.private_key_id = table.string("private_key_id", "waf");
    out.assertion_audience = table.string("assertion_audience", "");
    const auto key = common::jose::SigningKey::from_pem(out.private_key_id, out.private_key);
    if (!key) table.refuse("private_key_file", key.error().message());
  } else if (table.has("client_secret_file")) {
    out.client_secret = read_secret(table, "client_secret_file");
    const auto method = table.choice("client_secret_method", {"basic", "post"}, "basic");
    out.authentication = method == "basic" ? ClientAuthentication::client_secret_basic
                                           : ClientAuthentication::client_secret_post;
  }
}

std::vector<common::jose::Algorithm> read_algorithms(
    const ConfigTable& table, std::vector<common::jose::Algorithm> fallback) {
  if (!table.has("algorithms")) return fallback;
  std::vector<common::jose::Algorithm> out;
  for (const auto& name : table.strings("algorithms")) {
    const auto algorithm = common::jose::algorithm_from(name);
    if (!algorithm) table.refuse("algorithms", "expected ES256, RS256, PS256 or EdDSA");
    out.push_back(*algorithm);
  }
  return out;
}

Provider read_provider(const ConfigTable& table) {
  Provider out;
  out.name = read_name(table);
  out.label = table.string("label", out.name);
  out.issuer = table.string("issuer");
  const auto url = common::HttpUrl::parse(out.issuer);
  if (!url || !url->secure || out.issuer.find_first_of("?#") != std::string::npos) {
    table.refuse("issuer", "expected an https URL without query, exactly as the provider says it");
  }
  out.client_id = table.string("client_id");
  read_credentials(table, out);
  out.scopes = table.strings("scopes", {"openid", "profile"});
  if (!contains(out.scopes, "openid")) table.refuse("scopes", "expected \"openid\" among them");
  out.algorithms = read_algorithms(table, out.algorithms);
  out.email_domains = table.strings("email_domains", {});
  out.button = table.boolean("button", true);
  out.jit = table.boolean("jit", true);
  out.userinfo = table.boolean("userinfo", false);
  out.end_session = table.boolean("end_session", false);
  out.tenant = table.string("tenant", "");
  out.acr_values = table.strings("acr_values", {});
  const ConfigTable acr = table.table("acr");
  for (const auto& theirs : acr.keys()) {
    out.acr[theirs] = acr.choice(theirs, {"urn:acr:pwd", "urn:acr:mfa", "urn:acr:phr"}, "");
  }
  out.mapping = read_mapping(table.table("mapping"));
  return out;
}

void read_servers(const ConfigTable& table, Directory& out) {
  out.uris = table.strings("uris");
  if (out.uris.empty()) table.refuse("uris", "expected at least one");
  for (const auto& uri : out.uris) {
    if (!uri.starts_with("ldaps://") && !uri.starts_with("ldap://")) {
      table.refuse("uris", "expected ldaps://host:port, or ldap://host:port for StartTLS");
    }
  }
  if (table.has("ca_file")) out.ca_file = table.path("ca_file");
  out.bind_dn = table.string("bind_dn", "");
  if (!out.bind_dn.empty()) out.bind_password = read_secret(table, "bind_password_file");
  const std::chrono::milliseconds least(100);
  const std::chrono::milliseconds most(60'000);
  out.connect_timeout = table.duration("connect_timeout", least, most, out.connect_timeout);
  out.operation_timeout = table.duration("operation_timeout", least, most, out.operation_timeout);
  out.retry = duration_cast<seconds>(
      table.duration("retry", seconds(1), std::chrono::minutes(10), out.retry));
}

Directory read_directory(const ConfigTable& table) {
  Directory out;
  out.name = read_name(table);
  read_servers(table, out);
  out.base_dn = table.string("base_dn");
  out.filter = table.string("filter");
  if (out.filter.find("{user}") == std::string::npos || !out.filter.starts_with('(')) {
    table.refuse("filter", "expected a search filter with {user} in it");
  }
  out.realms = table.strings("realms", {});
  out.key_attribute = table.string("key_attribute", out.key_attribute);
  out.group_base_dn = table.string("group_base_dn", "");
  out.group_filter = table.string("group_filter", "");
  out.group_name = table.string("group_name", out.group_name);
  if (!out.group_filter.empty() && out.group_base_dn.empty()) {
    table.refuse("group_base_dn", "needed for group_filter");
  }
  out.jit = table.boolean("jit", true);
  out.mapping = read_mapping(table.table("mapping"));
  return out;
}

std::size_t read_size(const ConfigTable& table, const char* key, std::int64_t least,
                      std::int64_t most, std::size_t fallback) {
  return static_cast<std::size_t>(
      table.integer(key, least, most, static_cast<std::int64_t>(fallback)));
}

void read_limits(const ConfigTable& table, FederationSettings& out) {
  const auto time = [&](const char* key, seconds least, seconds most, seconds fallback) {
    return duration_cast<seconds>(table.duration(key, least, most, fallback));
  };
  out.login_lifetime = time("login_lifetime", seconds(60), seconds(3600), out.login_lifetime);
  out.max_pending_logins =
      read_size(table, "max_pending_logins", 1, 1'000'000, out.max_pending_logins);
  auto& cache = out.cache;
  cache.refresh = time("metadata_refresh", seconds(60), std::chrono::hours(168), cache.refresh);
  cache.keys_refresh =
      time("keys_refresh", seconds(60), std::chrono::hours(168), cache.keys_refresh);
  cache.unknown_key_wait =
      time("unknown_key_wait", seconds(1), seconds(3600), cache.unknown_key_wait);
  cache.retry = time("retry", seconds(1), seconds(600), cache.retry);
  out.logout_queue = read_size(table, "logout_queue", 1, 1'000'000, out.logout_queue);
  out.logout_lifetime =
      time("logout_lifetime", seconds(10), std::chrono::hours(24), out.logout_lifetime);
  out.directory_threads = read_size(table, "directory_threads", 1, 64, out.directory_threads);
  out.directory_queue = read_size(table, "directory_queue", 1, 10'000, out.directory_queue);
}

template <class T>
void refuse_repeated(const ConfigTable& table, const char* key, const std::vector<T>& list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (list[i].name == list[j].name) table.refuse(key, "\"" + list[i].name + "\" stands twice");
    }
  }
}

}  // namespace

void read_federation(const ConfigTable& table, Settings& out) {
  auto& federation = out.federation;
  read_limits(table.table("federation"), federation);
  for (const auto& one : table.tables("providers")) {
    federation.providers.push_back(read_provider(one));
  }
  for (const auto& one : table.tables("directories")) {
    federation.directories.push_back(read_directory(one));
  }
  refuse_repeated(table, "providers", federation.providers);
  refuse_repeated(table, "directories", federation.directories);
}

}  // namespace waf::io
