// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "waf/admin/operations.hpp"
#include "waf/admin/representation.hpp"
#include "waf/errc.hpp"

namespace waf::admin {
namespace {

using common::fail;
using common::HttpResponse;
using common::Result;
using nlohmann::json;

/// Members of the wrong type are the sender's mistake.
template <class Value>
Result<std::optional<Value>> member(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::optional<Value>();
  try {
    return std::optional<Value>(found->get<Value>());
  } catch (const json::exception&) {
    return fail(Errc::invalid_request, std::string(name) + ": wrong type");
  }
}

Result<UserChange> read_change(const json& object) {
  auto display_name = member<std::string>(object, "display_name");
  auto impus = member<std::vector<std::string>>(object, "impus");
  auto password_hash = member<std::string>(object, "password_hash");
  auto enabled = member<bool>(object, "enabled");
  if (!display_name) return fail(display_name.error());
  if (!impus) return fail(impus.error());
  if (!password_hash) return fail(password_hash.error());
  if (!enabled) return fail(enabled.error());
  return UserChange{*display_name, *impus, *password_hash, *enabled};
}

HttpResponse refusal(const common::Error& error) {
  return problem(400, "invalid_request", error.detail);
}

/// The items of a user's own list; 404 for a user who is not there.
template <class Find>
HttpResponse list_of_user(const Call& call, Find find) {
  if (!call.context.store.find_user(call.arguments[0])) return not_found();
  json items = json::array();
  for (const auto& one : find(call.context.store, call.arguments[0])) items.push_back(shown(one));
  return show(call, {{"items", std::move(items)}});
}

}  // namespace

HttpResponse list_users(const Call& call) {
  const auto page = read_page(call);
  if (!page) return refusal(page.error());
  json items = json::array();
  for (const User& user : call.context.store.users_after(page->after, page->limit + 1)) {
    items.push_back(shown(user));
  }
  return show_page(call, *page, std::move(items), "name");
}

HttpResponse create_user(const Call& call) {
  const auto object =
      read_object(call, {"name", "impi", "display_name", "impus", "password_hash", "enabled"});
  if (!object) return refusal(object.error());
  const auto name = member<std::string>(*object, "name");
  const auto impi = member<std::string>(*object, "impi");
  const auto rest = read_change(*object);
  if (!name) return refusal(name.error());
  if (!impi) return refusal(impi.error());
  if (!rest) return refusal(rest.error());
  User user;
  user.name = name->value_or("");
  user.impi = impi->value_or("");
  user.display_name = rest->display_name.value_or("");
  user.impus = rest->impus.value_or(std::vector<std::string>{});
  user.password_hash = rest->password_hash.value_or("");
  user.enabled = rest->enabled.value_or(true);
  if (call.context.store.find_user_by_name(user.name)) {
    return problem(409, "conflict", "a user of that name exists");
  }
  const auto added = add_user(call.context.store, call.context.random, std::move(user));
  if (!added) return refusal(added.error());
  HttpResponse out = changed(201, shown(*added));
  out.headers.add("Location", "/admin/v1/users/" + added->id);
  return out;
}

HttpResponse show_user(const Call& call) {
  const auto user = call.context.store.find_user(call.arguments[0]);
  return user ? show(call, shown(*user)) : not_found();
}

HttpResponse update_user(const Call& call) {
  const auto user = call.context.store.find_user(call.arguments[0]);
  if (!user) return not_found();
  if (auto stale = unless_matching(call, shown(*user))) return std::move(*stale);
  const auto object = read_object(call, {"display_name", "impus", "password_hash", "enabled"});
  if (!object) return refusal(object.error());
  const auto change = read_change(*object);
  if (!change) return refusal(change.error());
  const auto after =
      change_user(call.context.settings, call.context.store, *user, *change, call.now);
  return after ? changed(200, shown(*after)) : refusal(after.error());
}

HttpResponse list_sessions(const Call& call) {
  return list_of_user(
      call, [](Store& store, const std::string& id) { return store.sessions_of_user(id); });
}

HttpResponse list_grants(const Call& call) {
  return list_of_user(call,
                      [](Store& store, const std::string& id) { return store.grants_of_user(id); });
}

HttpResponse list_devices(const Call& call) {
  return list_of_user(call, [](Store& store, const std::string& id) {
    return store.device_credentials_of_user(id);
  });
}

}  // namespace waf::admin
