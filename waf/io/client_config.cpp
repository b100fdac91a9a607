// SPDX-License-Identifier: Apache-2.0
#include "waf/io/client_config.hpp"

#include <fstream>
#include <sstream>

#include "waf/clients/certificate.hpp"
#include "waf/clients/metadata.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf::io {
namespace {

using common::ConfigTable;
using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t least_secret = 32;  // characters: these are not passwords
constexpr std::int64_t most_identities = 10'000'000;

std::string read_file(const ConfigTable& table, const char* key) {
  const auto path = table.path(key);
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  if (!in) table.refuse(key, path.string() + " cannot be read");
  return out.str();
}

seconds read_seconds(const ConfigTable& table, const char* key, seconds least, seconds most,
                     seconds fallback) {
  return duration_cast<seconds>(table.duration(key, least, most, fallback));
}

void read_secrets(const ConfigTable& table, Client& out) {
  for (const auto& secret : table.strings("secrets", {})) {
    if (secret.size() < least_secret) {
      table.refuse("secrets",
                   "expected at least 32 random characters, as `waf client secret` makes");
    }
    out.secrets.push_back({digest_of(secret), {}, {}});
  }
  for (const auto& digest : table.strings("secret_digests", {})) {
    out.secrets.push_back({digest, {}, {}});
  }
}

void read_authentication(const ConfigTable& table, Client& out) {
  const std::string method =
      table.choice("authentication",
                   {"none", "client_secret_basic", "client_secret_post", "private_key_jwt",
                    "tls_client_auth", "self_signed_tls_client_auth"},
                   "none");
  out.authentication = *client_authentication_from(method);
  read_secrets(table, out);
  if (table.has("jwks_file")) out.jwks = read_file(table, "jwks_file");
  out.jwks_uri = table.string("jwks_uri", "");
  out.certificate_name.subject_dn = table.string("tls_subject_dn", "");
  out.certificate_name.san_dns = table.string("tls_san_dns", "");
  out.certificate_name.san_uri = table.string("tls_san_uri", "");
  out.certificate_name.san_ip = table.string("tls_san_ip", "");
  out.certificate_name.san_email = table.string("tls_san_email", "");
  out.certificate_thumbprints = table.strings("certificate_thumbprints", {});
  if (table.has("certificate_file")) {
    const auto thumbprint = certificate_thumbprint_of_pem(read_file(table, "certificate_file"));
    if (thumbprint.empty()) table.refuse("certificate_file", "expected a certificate in PEM");
    out.certificate_thumbprints.push_back(thumbprint);
  }
  const bool secret = out.authentication == ClientAuthentication::client_secret_basic ||
                      out.authentication == ClientAuthentication::client_secret_post;
  if (secret && out.secrets.empty()) table.refuse("authentication", "expected secret_digests");
}

void read_tokens(const ConfigTable& table, Client& out) {
  out.grant_types = table.strings("grant_types", out.grant_types);
  out.resources = table.strings("resources", {});
  out.serves = table.strings("serves", {});
  out.token_format = *token_format_from(table.choice("token_format", {"jwt", "opaque"}, "jwt"));
  out.sender_constraint =
      *sender_constraint_from(table.choice("sender_constraint", {"none", "dpop", "mtls"}, "none"));
  out.access_token_lifetime = read_seconds(table, "access_token", seconds(0), hours(1), seconds(0));
  out.first_party = table.boolean("first_party", true);
  out.require_par = table.boolean("require_par", false);
  out.id_token_algorithm =
      table.choice("id_token_signed_response_alg", {"", "ES256", "RS256", "EdDSA"}, "");
  out.backchannel_logout_uri = table.string("backchannel_logout_uri", "");
  out.backchannel_logout_session_required =
      table.boolean("backchannel_logout_session_required", true);
}

PoolIdentity read_identity(const ConfigTable& table) {
  PoolIdentity out{table.string("impi"), table.strings("impus")};
  if (out.impus.empty()) table.refuse("impus", "expected at least one SIP or tel URI");
  return out;
}

/// Two numbers must not make one identity.
void check_pattern(const ConfigTable& table, const PoolSettings& pool) {
  const auto numbered = [](const std::string& text) {
    return text.find("{n}") != std::string::npos;
  };
  if (pool.last > pool.first && !numbered(pool.pattern.impi)) {
    table.refuse("impi", "expected {n}, which stands for the number");
  }
}

}  // namespace

Client read_client(const ConfigTable& table) {
  Client out;
  out.id = table.string("id");
  out.name = table.string("name", out.id);
  read_authentication(table, out);
  read_tokens(table, out);
  // Machines have none.
  out.redirect_uris = out.may_use_grant("authorization_code") ? table.strings("redirect_uris")
                                                              : table.strings("redirect_uris", {});
  out.post_logout_redirect_uris = table.strings("post_logout_redirect_uris", {});
  out.origins = table.strings("origins", {});
  out.scopes = table.strings("scopes");
  out.default_scopes = table.strings("default_scopes", out.scopes);
  out.enabled = table.boolean("enabled", true);
  if (const std::string fault = fault_of(out); !fault.empty()) table.refuse("id", fault);
  return out;
}

PoolSettings read_pool(const ConfigTable& table) {
  PoolSettings out;
  out.name = table.string("name");
  out.clients = table.strings("clients");
  out.wwsf_identity = table.string("wwsf_identity");
  for (const ConfigTable& one : table.tables("identities")) out.list.push_back(read_identity(one));
  if (out.list.empty()) {
    out.pattern = read_identity(table);
    out.first = table.integer("first", 1, most_identities, 1);
    out.last = table.integer("last", out.first, out.first + most_identities);
    check_pattern(table, out);
  } else {
    out.last = static_cast<std::int64_t>(out.list.size());
  }
  out.lease = read_seconds(table, "lease", minutes(1), hours(24 * 30), out.lease);
  out.idle = read_seconds(table, "idle", minutes(1), hours(24 * 30), out.idle);
  // An access token of the former holder must be dead before the next one has the identity.
  out.quarantine = read_seconds(table, "quarantine", seconds(0), hours(24 * 30), out.quarantine);
  return out;
}

}  // namespace waf::io
