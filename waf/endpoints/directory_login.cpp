// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/directory_login.hpp"

#include "common/log.hpp"
#include "waf/directory/realm.hpp"
#include "waf/federation/errc.hpp"
#include "waf/federation/federated_account.hpp"

namespace waf {
namespace {

using directory::Directory;
using directory::DirectoryVerdict;

common::Result<User> account(EndpointContext& context, const Directory& directory,
                             const DirectoryVerdict& verdict, SystemTime now) {
  if (verdict.key.empty()) {
    return common::fail(federation::Errc::missing_claim, directory.key_attribute);
  }
  auto identity = federation::map_identity(directory.mapping, verdict.claims);
  if (!identity) return common::fail(identity.error());
  return federation::account_of({directory.name, directory::issuer_of(directory.name), verdict.key,
                                 directory.jit, std::move(*identity)},
                                context.store, context.settings, context.random, now);
}

DirectoryLoginOutcome accepted(EndpointContext& context, const Directory& directory,
                               const DirectoryVerdict& verdict, SystemTime now) {
  DirectoryLoginOutcome out;
  auto user = account(context, directory, verdict, now);
  if (!user) {
    common::log::warn("directory {}: login refused: {}", directory.name, user.error().message());
    context.metrics.refused("directory", user.error().code.message());
    return out;
  }
  out.kind = DirectoryLoginOutcome::Kind::accepted;
  out.login.user_id = user->id;
  out.login.amr = {"pwd"};
  out.login.provider = directory.name;
  out.login.upstream_subject = verdict.key;
  out.user = std::move(*user);
  common::log::info("directory {}: {} logged in", directory.name, out.user.name);
  return out;
}

}  // namespace

std::optional<directory::DirectoryLogin> directory_login(const EndpointContext& context,
                                                         std::string_view user_name,
                                                         const std::string& password) {
  const auto match = directory::find_realm(context.settings.federation.directories, user_name);
  if (!match) return std::nullopt;
  return directory::DirectoryLogin{match->directory->name, match->user_name, password};
}

DirectoryLoginOutcome judge_directory_login(EndpointContext& context, std::string_view user_name,
                                            WorkResult result, SystemTime now) {
  using Outcome = DirectoryVerdict::Outcome;
  const auto& verdict = std::get<DirectoryVerdict>(result);
  const auto match = directory::find_realm(context.settings.federation.directories, user_name);
  DirectoryLoginOutcome out;
  if (!match) return out;
  if (verdict.outcome == Outcome::accepted) {
    return accepted(context, *match->directory, verdict, now);
  }
  if (verdict.outcome == Outcome::unavailable) out.kind = DirectoryLoginOutcome::Kind::unavailable;
  if (verdict.outcome == Outcome::overloaded) out.kind = DirectoryLoginOutcome::Kind::overloaded;
  return out;
}

}  // namespace waf
