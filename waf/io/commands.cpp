// SPDX-License-Identifier: Apache-2.0
#include "waf/io/commands.hpp"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include <CLI/CLI.hpp>
#include <termios.h>

#include "common/io/tls_context.hpp"
#include "common/jose/access_token.hpp"
#include "common/log.hpp"
#include "waf/grants/token_set.hpp"
#include "waf/io/accounts.hpp"
#include "waf/io/client_commands.hpp"
#include "waf/io/clock.hpp"
#include "waf/io/key_commands.hpp"
#include "waf/io/map_claims.hpp"
#include "waf/io/password_hasher.hpp"
#include "waf/io/revoke_command.hpp"
#include "waf/io/serve.hpp"
#include "waf/io/store_commands.hpp"
#include "waf/io/token_mint.hpp"
#include "waf/io/workplace.hpp"
#include "waf/tokens/password_hash.hpp"

namespace waf::io {
namespace {

/// A line of standard input; not echoed on a terminal.
std::string read_password() {
  termios former{};
  const bool terminal = ::tcgetattr(STDIN_FILENO, &former) == 0;
  if (terminal) {
    std::cerr << "Password: ";
    termios silent = former;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  std::string out;
  std::getline(std::cin, out);
  if (terminal) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &former);
    std::cerr << "\n";
  }
  if (!is_acceptable_password(out)) throw std::runtime_error("expected at least 8 characters");
  return out;
}

void check_files(const ProgramConfig& config) {
  const auto& tls = *config.https.tls;
  for (const auto& file : {tls.certificate_chain, tls.private_key}) {
    if (!std::filesystem::is_regular_file(file)) {
      throw std::runtime_error(file.string() + ": no such file");
    }
  }
  (void)common::io::make_tls_server_context(tls.certificate_chain, tls.private_key);
}

/// Options of all sub-commands; CLI11 fills them before the chosen one runs.
struct Options {
  std::string config = "config/waf.toml";
  std::string user;
  std::string display_name;
  std::string impi;
  std::vector<std::string> impus;
  std::string source;   // provider or directory
  std::string subject;  // there
  std::string claims;
  MintRequest mint;
  std::string scope =
      "openid offline_access webrtc-ims-client-access-to-ims sip.register sip.call sip.message";
  std::string lifetime = "1h";
  long long expires_in = 0;
  std::size_t users = 0;
  std::size_t refresh_tokens = 0;
  std::string prefix = "load";
  std::string domain = "ims.example";
  std::string out;
};

seconds parse_lifetime(const std::string& text) {
  const auto table = common::ConfigTable::parse("lifetime = \"" + text + "\"", "--lifetime");
  return std::chrono::duration_cast<seconds>(
      table.duration("lifetime", seconds(1), std::chrono::hours(24), seconds(0)));
}

void add_user(const Options& options) {
  Workplace place(options.config);
  if (place.store.find_user_by_name(options.user)) {
    throw std::runtime_error("user exists already: " + options.user);
  }
  User user;
  user.name = options.user;
  user.display_name = options.display_name.empty() ? options.user : options.display_name;
  user.impi = options.impi;
  user.impus = options.impus;
  user.password_hash =
      hash_password(read_password(), place.config.settings.password_cost, place.random);
  put_account(place.store, std::move(user), place.random);
}

void list_users(const Options& options) {
  Workplace place(options.config);
  for (const User& user : place.store.users()) {
    std::cout << user.name << "\t" << user.id << "\t" << (user.enabled ? "enabled" : "disabled")
              << "\t" << user.impi << "\t" << common::jose::join_scopes(user.impus) << "\n";
  }
}

void disable_user(const Options& options) {
  Workplace place(options.config);
  User user = place.known_user(options.user);
  user.enabled = false;
  place.store.put_user(user);
  revoke_user(place.config.settings, place.store, user.id, now());
}

/// From then on that identity of the provider or directory logs in as this user.
void link_user(const Options& options) {
  Workplace place(options.config);
  const User user = place.known_user(options.user);
  const auto& federation = place.config.settings.federation;
  std::string issuer;
  for (const auto& one : federation.providers) {
    if (one.name == options.source) issuer = one.issuer;
  }
  for (const auto& one : federation.directories) {
    if (one.name == options.source) issuer = directory::issuer_of(one.name);
  }
  if (issuer.empty()) throw std::runtime_error("no such provider: " + options.source);
  place.store.put_identity({issuer, options.subject, user.id, now(), {}});
}

void set_password(const Options& options) {
  Workplace place(options.config);
  User user = place.known_user(options.user);
  user.password_hash =
      hash_password(read_password(), place.config.settings.password_cost, place.random);
  user.enabled = true;
  place.store.put_user(user);
  revoke_user(place.config.settings, place.store, user.id, now());
}

void mint_tokens(Options& options) {
  Workplace place(options.config);
  const SystemTime time = now();
  KeyRing keys(place.key_store.load_or_create(place.random, time), time,
               place.config.keys.algorithms.front());
  TokenMint mint(place.config.settings, keys, place.random);
  options.mint.scopes = common::jose::split_scopes(options.scope);
  options.mint.lifetime = parse_lifetime(options.lifetime);
  std::ofstream file;
  if (!options.out.empty()) {
    file.open(options.out, std::ios::trunc);
    if (!file) throw std::runtime_error(options.out + ": cannot be written");
    std::filesystem::permissions(
        options.out, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  std::ostream& out = options.out.empty() ? std::cout : file;
  if (options.refresh_tokens > 0) {
    declare_accounts(place.config, place.store, place.random, time);
    mint.mint_refresh_tokens(out, place.store, options.refresh_tokens,
                             place.known_user(options.user), options.mint, time);
  } else if (options.users > 0) {
    mint.mint_many(out, options.users, options.prefix, options.domain, options.mint, time);
  } else {
    declare_accounts(place.config, place.store, place.random, time);
    out << mint.mint(place.known_user(options.user), options.mint, time) << "\n";
  }
  out.flush();
  if (!out) throw std::runtime_error("the tokens could not be written");
}

CLI::App* command(CLI::App& parent, Options& options, const char* name, const char* help) {
  CLI::App* out = parent.add_subcommand(name, help);
  out->add_option("--config", options.config, "Configuration file")->capture_default_str();
  return out;
}

void add_user_commands(CLI::App& app, Options& options) {
  CLI::App* users = app.add_subcommand("user", "Users");
  users->require_subcommand(1);
  CLI::App* add = command(*users, options, "add", "Add a user; the password is read from input");
  add->add_option("name", options.user)->required();
  add->add_option("--impi", options.impi, "IMS private identity")->required();
  add->add_option("--impu", options.impus, "IMS public identities; the first is the default")
      ->required();
  add->add_option("--display-name", options.display_name);
  add->callback([&options] { add_user(options); });
  command(*users, options, "list", "List the users")->callback([&options] { list_users(options); });
  CLI::App* disable = command(*users, options, "disable", "Disable a user and end all sessions");
  disable->add_option("name", options.user)->required();
  disable->callback([&options] { disable_user(options); });
  CLI::App* link = command(*users, options, "link", "Let a provider's or directory's user log in");
  link->add_option("name", options.user)->required();
  link->add_option("--provider", options.source, "A provider or directory")->required();
  link->add_option("--subject", options.subject, "sub, or the directory's stable key")->required();
  link->callback([&options] { link_user(options); });
  CLI::App* password = command(*users, options, "password",
                               "Set a password, read from input; enables the user, ends sessions");
  password->add_option("name", options.user)->required();
  password->callback([&options] { set_password(options); });
}

void add_token_commands(CLI::App& app, Options& options) {
  CLI::App* tokens = app.add_subcommand("token", "Access tokens for tests");
  tokens->require_subcommand(1);
  CLI::App* mint = command(*tokens, options, "mint", "Make access tokens without a login");
  auto* user = mint->add_option("--user", options.user, "One token for this user of the store");
  auto* users = mint->add_option("--users", options.users, "Tokens for this many made-up users");
  user->excludes(users);
  mint->add_option("--prefix", options.prefix)->capture_default_str();
  mint->add_option("--domain", options.domain)->capture_default_str();
  mint->add_option("--client", options.mint.client)->capture_default_str();
  mint->add_option("--scope", options.scope)->capture_default_str();
  mint->add_option("--lifetime", options.lifetime)->capture_default_str();
  mint->add_option("--out", options.out, "File (mode 0600) instead of standard output");
  mint->add_option("--issuer", options.mint.issuer, "Another issuer");
  mint->add_option("--audience", options.mint.audience, "Another audience");
  mint->add_option("--type", options.mint.type, "Another typ than at+jwt");
  mint->add_option("--impu", options.mint.impus, "Other public identities");
  mint->add_option("--refresh-tokens", options.refresh_tokens,
                   "Instead, this many refresh tokens of the user, one a line, each of a login "
                   "of its own")
      ->needs(user);
  auto* expires = mint->add_option("--expires-in", options.expires_in, "Seconds; may be negative");
  mint->add_flag("--foreign-key", options.mint.foreign_key, "Sign with a key nobody publishes");
  mint->callback([&options, user, users, expires] {
    if (user->count() + users->count() == 0) {
      throw CLI::RequiredError("--user or --users");
    }
    if (expires->count() > 0) options.mint.expires_in = seconds(options.expires_in);
    mint_tokens(options);
  });
}

}  // namespace

int run_command_line(int argc, char** argv) {
  // Warnings must not stand among what a command prints; serve() goes by the configuration.
  common::log::configure("waf", "warn", "text");
  Options options;
  CLI::App app("OAuth 2.1 and OpenID Connect server of the IMS WebRTC gateway", "waf");
  app.set_version_flag("--version", "waf " GATEWAY_VERSION);
  app.require_subcommand(1);
  command(app, options, "serve", "Run the server")->callback([&options] {
    serve(read_config(common::ConfigTable::load(options.config)));
  });
  command(app, options, "check-config", "Check the configuration file")->callback([&options] {
    check_files(read_config(common::ConfigTable::load(options.config)));
    std::cout << options.config << ": ok\n";
  });
  CLI::App* map = command(app, options, "map", "What the rules make of a user's claims");
  map->add_option("--provider", options.source, "A provider or directory")->required();
  map->add_option("--claims", options.claims, "File with a JSON object; - for standard input")
      ->required();
  map->add_flag("--dry-run")->description("Nothing is ever written; for the reader of scripts");
  map->callback([&options] {
    const auto config = read_config(common::ConfigTable::load(options.config));
    std::cout << map_claims_file(config, options.source, options.claims);
  });
  add_user_commands(app, options);
  add_client_commands(app);
  add_key_commands(app, options.config);
  add_revoke_command(app, options.config);
  add_store_commands(app, options.config);
  add_token_commands(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  return 0;
}

}  // namespace waf::io
