// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "waf/admin/operations.hpp"
#include "waf/admin/representation.hpp"

namespace waf::admin {
namespace {

using common::HttpResponse;
using nlohmann::json;

std::string text_member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<Revocation::Type> record_type(Target target) {
  switch (target) {
    case Target::user:
      return Revocation::Type::user;
    case Target::session:
      return Revocation::Type::session;
    case Target::grant:
      return Revocation::Type::grant;
    case Target::token:
      return Revocation::Type::token;
    case Target::client:
      break;  // its grants are revoked one by one
  }
  return std::nullopt;
}

}  // namespace

HttpResponse show_grant(const Call& call) {
  const auto grant = call.context.store.find_grant(call.arguments[0]);
  return grant ? show(call, shown(*grant)) : not_found();
}

HttpResponse create_revocation(const Call& call) {
  const auto object = read_object(call, {"type", "id"});
  if (!object) return problem(400, "invalid_request", object.error().detail);
  const auto target = target_from(text_member(*object, "type"));
  const std::string id = text_member(*object, "id");
  if (!target || id.empty() || id.size() > 255) {
    return problem(400, "invalid_request",
                   "expected type (user, session, client, grant, token) and id");
  }
  const auto done = revoke(call.context.settings, call.context.store, *target, id, call.now);
  if (!done) return problem(404, "not_found", done.error().detail);
  return changed(201, {{"type", name_of(*target)}, {"id", id}});
}

HttpResponse show_revocation(const Call& call) {
  const auto target = target_from(call.arguments[0]);
  const auto type = target ? record_type(*target) : std::nullopt;
  if (!type) return not_found();
  const auto at = call.context.store.revoked_at(*type, call.arguments[1]);
  if (!at) return not_found();
  return show(
      call,
      {{"type", call.arguments[0]}, {"id", call.arguments[1]}, {"at", common::unix_seconds(*at)}});
}

}  // namespace waf::admin
