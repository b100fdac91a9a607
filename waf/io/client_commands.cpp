// SPDX-License-Identifier: Apache-2.0
#include "waf/io/client_commands.hpp"

#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "common/jose/access_token.hpp"
#include "waf/clients/certificate.hpp"
#include "waf/clients/metadata.hpp"
#include "waf/grants/token_set.hpp"
#include "waf/io/clock.hpp"
#include "waf/io/workplace.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf::io {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* softphone_scopes =
    "openid offline_access webrtc-ims-client-access-to-ims sip.register sip.call sip.message";

/// The options of all client commands; what was not given stays as it is in the client.
struct ClientOptions {
  std::string config = "config/waf.toml";
  std::string id;
  std::optional<std::string> name;
  std::optional<Texts> redirect_uris;
  std::optional<Texts> post_logout_redirect_uris;
  std::optional<Texts> origins;
  std::optional<std::string> scope;
  std::optional<std::string> default_scope;
  std::optional<std::string> authentication;
  std::optional<std::string> jwks_file;
  std::optional<std::string> jwks_uri;
  std::optional<Texts> certificate_files;
  std::optional<std::string> subject_dn;
  std::optional<std::string> san_dns;
  std::optional<Texts> grant_types;
  std::optional<Texts> resources;
  std::optional<Texts> serves;
  std::optional<std::string> token_format;
  std::optional<std::string> sender_constraint;
  std::optional<std::string> access_token;
  std::optional<bool> first_party;
  std::optional<bool> require_par;
  std::optional<std::string> backchannel_logout_uri;
  std::string overlap = "24h";
  std::string lifetime = "24h";
  std::int64_t uses = 1;
};

using Shared = std::shared_ptr<ClientOptions>;

seconds parse_duration(const std::string& text) {
  const auto table = common::ConfigTable::parse("duration = \"" + text + "\"", "the command line");
  return std::chrono::duration_cast<seconds>(
      table.duration("duration", seconds(0), std::chrono::hours(24 * 365), seconds(0)));
}

std::string read_text(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  if (!in) throw std::runtime_error(file + " cannot be read");
  return out.str();
}

template <class T>
void take(const std::optional<T>& given, T& out) {
  if (given) out = *given;
}

template <class T>
void take_choice(const std::optional<std::string>& given, const char* option,
                 std::optional<T> (*from)(std::string_view), T& out) {
  if (!given) return;
  const auto value = from(*given);
  if (!value) throw std::runtime_error(std::string(option) + ": unknown value " + *given);
  out = *value;
}

void apply_authentication(const ClientOptions& options, Client& client) {
  take_choice(options.authentication, "--auth", client_authentication_from, client.authentication);
  if (options.jwks_file) client.jwks = read_text(*options.jwks_file);
  take(options.jwks_uri, client.jwks_uri);
  take(options.subject_dn, client.certificate_name.subject_dn);
  take(options.san_dns, client.certificate_name.san_dns);
  if (!options.certificate_files) return;
  client.certificate_thumbprints.clear();
  for (const auto& file : *options.certificate_files) {
    const auto thumbprint = certificate_thumbprint_of_pem(read_text(file));
    if (thumbprint.empty()) throw std::runtime_error(file + " is no certificate in PEM");
    client.certificate_thumbprints.push_back(thumbprint);
  }
}

void apply(const ClientOptions& options, Client& client) {
  take(options.name, client.name);
  take(options.redirect_uris, client.redirect_uris);
  take(options.post_logout_redirect_uris, client.post_logout_redirect_uris);
  take(options.origins, client.origins);
  if (options.scope) {
    client.scopes = common::jose::split_scopes(*options.scope);
    client.default_scopes = client.scopes;
  }
  if (options.default_scope) {
    client.default_scopes = common::jose::split_scopes(*options.default_scope);
  }
  apply_authentication(options, client);
  take(options.grant_types, client.grant_types);
  take(options.resources, client.resources);
  take(options.serves, client.serves);
  take_choice(options.token_format, "--token-format", token_format_from, client.token_format);
  take_choice(options.sender_constraint, "--sender-constraint", sender_constraint_from,
              client.sender_constraint);
  if (options.access_token) client.access_token_lifetime = parse_duration(*options.access_token);
  take(options.first_party, client.first_party);
  take(options.require_par, client.require_par);
  take(options.backchannel_logout_uri, client.backchannel_logout_uri);
  if (const std::string fault = fault_of(client); !fault.empty()) throw std::runtime_error(fault);
}

bool has_secret(const Client& client) {
  return client.authentication == ClientAuthentication::client_secret_basic ||
         client.authentication == ClientAuthentication::client_secret_post;
}

/// Printed once; the store has its digest.
void give_secret(Workplace& place, Client& client) {
  const std::string secret = place.random.base64url(secret_octets);
  client.secrets.push_back({digest_of(secret), now(), SystemTime{}});
  std::cout << secret << "\n";
}

void add(const ClientOptions& options) {
  Workplace place(options.config);
  if (place.store.find_client(options.id)) {
    throw std::runtime_error("client exists already: " + options.id + "; see `waf client set`");
  }
  Client client;
  client.id = options.id;
  client.name = options.id;
  client.scopes = common::jose::split_scopes(softphone_scopes);
  client.default_scopes = client.scopes;
  apply(options, client);
  if (has_secret(client)) give_secret(place, client);
  place.store.put_client(client);
}

void set(const ClientOptions& options) {
  Workplace place(options.config);
  Client client = place.known_client(options.id);
  apply(options, client);
  if (has_secret(client) && client.secrets.empty()) give_secret(place, client);
  place.store.put_client(client);
}

void renew_secret(const ClientOptions& options) {
  Workplace place(options.config);
  Client client = place.known_client(options.id);
  if (!has_secret(client)) {
    throw std::runtime_error("this client authenticates by " +
                             std::string(name_of(client.authentication)));
  }
  const SystemTime end = now() + parse_duration(options.overlap);
  std::erase_if(client.secrets, [](const ClientSecret& one) {
    return one.expires_at != SystemTime{} && one.expires_at <= now();
  });
  for (ClientSecret& one : client.secrets) {
    if (one.expires_at == SystemTime{} || one.expires_at > end) one.expires_at = end;
  }
  give_secret(place, client);
  place.store.put_client(client);
}

void set_enabled(const ClientOptions& options, bool enabled) {
  Workplace place(options.config);
  Client client = place.known_client(options.id);
  client.enabled = enabled;
  place.store.atomically([&] {
    place.store.put_client(client);
    if (!enabled) revoke_client(place.config.settings, place.store, client.id, now());
  });
}

void list(const ClientOptions& options) {
  Workplace place(options.config);
  for (const Client& client : place.store.clients()) {
    std::cout << client.id << "\t" << (client.enabled ? "enabled" : "disabled") << "\t"
              << common::jose::join_scopes(client.redirect_uris) << "\t"
              << common::jose::join_scopes(client.scopes) << "\t" << name_of(client.authentication)
              << "\n";
  }
}

void show(const ClientOptions& options) {
  Workplace place(options.config);
  const Client client = place.known_client(options.id);
  auto out = nlohmann::json::parse(metadata_of(client));
  out["enabled"] = client.enabled;
  out["default_scope"] = common::jose::join_scopes(client.default_scopes);
  out["origins"] = client.origins;
  out["resources"] = client.resources;
  out["serves"] = client.serves;
  out["token_format"] = name_of(client.token_format);
  out["access_token_lifetime"] = client.access_token_lifetime.count();
  out["first_party"] = client.first_party;
  for (const ClientSecret& secret : client.secrets) {
    out["secrets"].push_back({{"created_at", common::unix_seconds(secret.created_at)},
                              {"expires_at", common::unix_seconds(secret.expires_at)}});
  }
  std::cout << out.dump(2) << "\n";
}

void make_initial_token(const ClientOptions& options) {
  Workplace place(options.config);
  const std::string token = place.random.base64url(secret_octets);
  place.store.put_initial_token(
      {digest_of(token), options.uses, now() + parse_duration(options.lifetime)});
  std::cout << token << "\n";
}

void add_description(CLI::App& command, ClientOptions& options) {
  command.add_option("--name", options.name, "Shown at login and consent pages");
  command.add_option("--redirect-uri", options.redirect_uris);
  command.add_option("--post-logout-redirect-uri", options.post_logout_redirect_uris);
  command.add_option("--origin", options.origins, "May call /token across origins");
  command.add_option("--scope", options.scope, "What it may ask for");
  command.add_option("--default-scope", options.default_scope, "When it asks for none");
  command.add_option("--auth", options.authentication,
                     "none, client_secret_basic, client_secret_post, private_key_jwt, "
                     "tls_client_auth, self_signed_tls_client_auth");
  command.add_option("--jwks-file", options.jwks_file, "Its public keys");
  command.add_option("--jwks-uri", options.jwks_uri, "Where its public keys are");
  command.add_option("--certificate", options.certificate_files, "Its own certificates, PEM");
  command.add_option("--tls-subject-dn", options.subject_dn, "Name in its certificate, RFC 4514");
  command.add_option("--tls-san-dns", options.san_dns, "Or a DNS name there");
  command.add_option("--grant-type", options.grant_types);
  command.add_option("--resource", options.resources, "Audiences it may ask for; first: default");
  command.add_option("--serves", options.serves, "Audiences it is: their tokens it may introspect");
  command.add_option("--token-format", options.token_format, "jwt, opaque");
  command.add_option("--sender-constraint", options.sender_constraint, "none, dpop, mtls");
  command.add_option("--access-token", options.access_token, "Lifetime; 0s: the server's");
  command.add_option("--first-party", options.first_party, "false: users are asked for consent");
  command.add_option("--require-par", options.require_par);
  command.add_option("--backchannel-logout-uri", options.backchannel_logout_uri);
}

CLI::App* command(CLI::App& parent, const Shared& options, const char* name, const char* help) {
  CLI::App* out = parent.add_subcommand(name, help);
  out->add_option("--config", options->config, "Configuration file")->capture_default_str();
  return out;
}

CLI::App* command_for_one(CLI::App& parent, const Shared& options, const char* name,
                          const char* help) {
  CLI::App* out = command(parent, options, name, help);
  out->add_option("id", options->id)->required();
  return out;
}

}  // namespace

void add_client_commands(CLI::App& app) {
  const auto options = std::make_shared<ClientOptions>();
  CLI::App* clients = app.add_subcommand("client", "OAuth clients");
  clients->require_subcommand(1);
  CLI::App* one = command_for_one(*clients, options, "add", "Add a client; prints its secret");
  add_description(*one, *options);
  one->callback([options] { add(*options); });
  one = command_for_one(*clients, options, "set", "Change what is given, leave the rest");
  add_description(*one, *options);
  one->callback([options] { set(*options); });
  one = command_for_one(*clients, options, "secret", "Make and print a new secret");
  one->add_option("--overlap", options->overlap, "How long the former ones stay good")
      ->capture_default_str();
  one->callback([options] { renew_secret(*options); });
  command_for_one(*clients, options, "show", "Print a client")->callback([options] {
    show(*options);
  });
  command_for_one(*clients, options, "disable", "Refuse a client and revoke its grants")
      ->callback([options] { set_enabled(*options, false); });
  command_for_one(*clients, options, "enable", "Serve a client again")->callback([options] {
    set_enabled(*options, true);
  });
  command(*clients, options, "list", "List the clients")->callback([options] { list(*options); });
  one = command(*clients, options, "initial-token",
                "Make and print a token with which clients register themselves");
  one->add_option("--uses", options->uses, "Registrations")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  one->add_option("--lifetime", options->lifetime)->capture_default_str();
  one->callback([options] { make_initial_token(*options); });
}

}  // namespace waf::io
