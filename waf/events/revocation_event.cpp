// SPDX-License-Identifier: Apache-2.0
#include "waf/events/revocation_event.hpp"

#include <nlohmann/json.hpp>

namespace waf {
namespace {

/// What the user is told when the one who revoked gave no reason.
std::string_view usual_reason(Revocation::Type type) {
  switch (type) {
    case Revocation::Type::session:
      return "logged out";
    case Revocation::Type::user:
      return "account disabled";
    case Revocation::Type::epoch:
      return "all tokens expired";
    case Revocation::Type::token:
    case Revocation::Type::grant:
      break;
  }
  return "access revoked";
}

}  // namespace

std::string_view name_of(Revocation::Type type) {
  switch (type) {
    case Revocation::Type::token:
      return "jti";
    case Revocation::Type::grant:
      return "grant";
    case Revocation::Type::session:
      return "sid";
    case Revocation::Type::user:
      return "sub";
    case Revocation::Type::epoch:
      break;
  }
  return "epoch";
}

std::string event_claims(const RevocationEvent& event, std::string_view issuer, SystemTime now) {
  const Revocation& revoked = event.revocation;
  const nlohmann::json claims = {
      {"iss", issuer},
      {"iat", common::unix_seconds(now)},
      {"seq", event.sequence},
      {"type", name_of(revoked.type)},
      {"id", revoked.id},
      // Tokens that were issued later are not meant: a user may log in again at once.
      {"not_before", common::unix_seconds(revoked.at)},
      {"exp", common::unix_seconds(revoked.expires_at)},
      {"reason", revoked.reason.empty() ? usual_reason(revoked.type) : revoked.reason},
  };
  return claims.dump();
}

}  // namespace waf
