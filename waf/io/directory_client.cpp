// SPDX-License-Identifier: Apache-2.0
#include "waf/io/directory_client.hpp"

#include <ldap.h>

#include "common/log.hpp"
#include "waf/directory/filter.hpp"
#include "waf/directory/outcome.hpp"

namespace waf::io {
namespace {

using directory::DirectoryVerdict;
using directory::Entry;
using directory::Refusal;

constexpr int user_limit = 2;  // more than one is as good as any number
constexpr int group_limit = 1000;
constexpr std::size_t max_idle = 8;

DirectoryVerdict refused(Refusal why) {
  DirectoryVerdict out;
  out.outcome = DirectoryVerdict::Outcome::refused;
  out.refusal = why;
  return out;
}

}  // namespace

bool DirectoryClient::rests(std::size_t server) {
  const std::scoped_lock lock(mutex_);
  return Clock::now() < rests_until_[server];
}

void DirectoryClient::note_failure(std::size_t server, const LdapConnection::Outcome& outcome,
                                   const std::string& what) {
  common::log::warn("directory {}: {} {} failed: {}", directory_.name, directory_.uris[server],
                    what, outcome.diagnostic);
  const std::scoped_lock lock(mutex_);
  rests_until_[server] = Clock::now() + directory_.retry;
  std::erase_if(idle_, [server](const Service& one) { return one.server == server; });
}

std::optional<DirectoryClient::Service> DirectoryClient::open(std::size_t server) {
  LdapConnection::Outcome outcome;
  Service out;
  out.server = server;
  out.connection = std::make_unique<LdapConnection>(directory_, directory_.uris[server], outcome);
  if (outcome.ok() && !directory_.bind_dn.empty()) {
    outcome = out.connection->bind(directory_.bind_dn, directory_.bind_password);
    if (outcome.ok()) return out;
    note_failure(server, outcome, "bind of the service account");
    return std::nullopt;
  }
  if (outcome.ok()) return out;
  note_failure(server, outcome, "connection");
  return std::nullopt;
}

std::optional<DirectoryClient::Service> DirectoryClient::take() {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      Service out = std::move(idle_.back());
      idle_.pop_back();
      out.reused = true;
      return out;
    }
  }
  for (std::size_t server = 0; server < directory_.uris.size(); ++server) {
    if (rests(server)) continue;
    if (auto out = open(server)) return out;
  }
  return std::nullopt;
}

void DirectoryClient::give_back(Service service) {
  const std::scoped_lock lock(mutex_);
  if (idle_.size() < max_idle) idle_.push_back(std::move(service));
}

std::optional<DirectoryClient::Service> DirectoryClient::find(const std::string& user_name,
                                                              std::vector<Entry>& found) {
  const LdapConnection::Search search{
      directory_.base_dn, directory::fill_filter(directory_.filter, "{user}", user_name),
      directory::wanted_attributes(directory_), user_limit};
  while (auto service = take()) {
    found.clear();
    const auto outcome = service->connection->search(search, found);
    if (outcome.ok()) return service;
    // The server closes connections that it finds idle: that says nothing about it. Silence does.
    if (!service->reused || outcome.code == LDAP_TIMEOUT)
      note_failure(service->server, outcome, "search");
  }
  return std::nullopt;
}

std::optional<std::vector<Entry>> DirectoryClient::groups_of(Service& service,
                                                             const std::string& dn) {
  std::vector<Entry> out;
  if (directory_.group_filter.empty()) return out;
  const LdapConnection::Search search{directory_.group_base_dn,
                                      directory::fill_filter(directory_.group_filter, "{dn}", dn),
                                      {directory_.group_name},
                                      group_limit};
  const auto outcome = service.connection->search(search, out);
  if (outcome.ok()) return out;
  note_failure(service.server, outcome, "search of groups");
  return std::nullopt;
}

DirectoryVerdict DirectoryClient::bind_as(Service& service, const Entry& entry,
                                          const std::string& password) {
  LdapConnection::Outcome outcome;
  LdapConnection fresh(directory_, directory_.uris[service.server], outcome);
  DirectoryVerdict out;
  if (!outcome.ok()) {
    note_failure(service.server, outcome, "connection");
    return out;
  }
  outcome = fresh.bind(entry.dn, password);
  const auto judged = directory::outcome_of_bind(outcome.code, outcome.diagnostic);
  out.outcome = judged.outcome;
  out.refusal = judged.refusal;
  if (out.outcome == DirectoryVerdict::Outcome::unavailable) {
    note_failure(service.server, outcome, "bind of a user");
  }
  return out;
}

DirectoryVerdict DirectoryClient::check(const directory::DirectoryLogin& login) {
  // RFC 4513 5.1.2: a bind without a password succeeds and proves nothing.
  if (login.password.empty() || login.user_name.empty()) return refused(Refusal::wrong_password);
  std::vector<Entry> found;
  auto service = find(login.user_name, found);
  if (!service) return {};
  DirectoryVerdict out;
  if (found.size() == 1) {
    out = bind_as(*service, found.front(), login.password);
  } else {
    // Takes as long as for a user who is there.
    (void)bind_as(*service, {"cn=nobody," + directory_.base_dn, {}}, "no password of anybody");
    out = refused(found.empty() ? Refusal::no_such_user : Refusal::several_users);
  }
  if (out.outcome == DirectoryVerdict::Outcome::accepted) {
    const auto groups = groups_of(*service, found.front().dn);
    if (!groups) return {};
    out.key = directory::key_of(directory_, found.front());
    out.claims = directory::claims_of(directory_, found.front(), *groups);
  }
  if (out.outcome != DirectoryVerdict::Outcome::unavailable) give_back(std::move(*service));
  return out;
}

}  // namespace waf::io
