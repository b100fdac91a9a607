// SPDX-License-Identifier: Apache-2.0
#include "waf/admin/representation.hpp"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "common/jose/json.hpp"
#include "waf/clients/client_profile.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/errc.hpp"
#include "waf/tokens/key_life.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf::admin {
namespace {

using common::fail;
using common::HttpResponse;
using common::unix_seconds;
using nlohmann::json;

constexpr std::size_t largest_page = 500;

std::string etag_of(const json& content) { return "\"" + digest_of(content.dump()) + "\""; }

const char* state_of(const DeviceCredential& device) {
  switch (device.state) {
    case DeviceCredential::State::issued:
      return "issued";
    case DeviceCredential::State::activated:
      return "activated";
    case DeviceCredential::State::ended:
      return "ended";
  }
  return "";
}

}  // namespace

json shown(const User& user) {
  return {{"id", user.id},     {"name", user.name},   {"display_name", user.display_name},
          {"impi", user.impi}, {"impus", user.impus}, {"enabled", user.enabled}};
}

json shown(const Session& session) {
  return {{"sid", session.sid},
          {"user_id", session.user_id},
          {"acr", session.acr},
          {"auth_time", unix_seconds(session.auth_time)},
          {"created_at", unix_seconds(session.created_at)},
          {"last_seen", unix_seconds(session.last_seen)},
          {"expires_at", unix_seconds(session.expires_at)}};
}

json shown(const Grant& grant) {
  return {{"id", grant.id},
          {"client_id", grant.client_id},
          {"user_id", grant.user_id},
          {"sid", grant.sid},
          {"scopes", grant.scopes},
          {"auth_time", unix_seconds(grant.auth_time)},
          {"expires_at", unix_seconds(grant.expires_at)},
          {"revoked", grant.revoked}};
}

json shown(const DeviceCredential& device) {
  return {{"id", device.id},
          {"state", state_of(device)},
          {"grant_id", device.grant_id},
          {"device", device.device},
          {"model", device.model},
          {"transport", device.transport},
          {"source", device.source},
          {"issued_at", unix_seconds(device.issued_at)},
          {"last_used", unix_seconds(device.last_used)},
          {"expires_at", unix_seconds(device.expires_at)}};
}

json shown(const Client& client) {
  json out = json::parse(profile_to_json(client));
  for (const auto* secret : {"secrets", "registration_digest", "registered_at"}) out.erase(secret);
  out["client_id"] = client.id;
  out["name"] = client.name;
  out["redirect_uris"] = client.redirect_uris;
  out["post_logout_redirect_uris"] = client.post_logout_redirect_uris;
  out["origins"] = client.origins;
  out["scopes"] = client.scopes;
  out["default_scopes"] = client.default_scopes;
  out["enabled"] = client.enabled;
  return out;
}

json shown(const KeyRecord& key, SystemTime now) {
  return {{"kid", key.kid},
          {"algorithm", name_of(key.algorithm)},
          {"state", key_state(key, now)},
          {"sign_from", unix_seconds(key.sign_from)},
          {"publish_until", unix_seconds(key.publish_until)}};
}

HttpResponse show(const Call& call, const json& content) {
  const std::string etag = etag_of(content);
  HttpResponse out = json_response(200, content.dump());
  out.headers.add("ETag", etag);
  if (call.http.headers.get("If-None-Match") == etag) {
    out.status = 304;
    out.body.clear();
  }
  return out;
}

HttpResponse changed(unsigned status, const json& content) {
  HttpResponse out = json_response(status, content.dump());
  out.headers.add("ETag", etag_of(content));
  return out;
}

HttpResponse no_content() {
  HttpResponse out = json_response(204, "");
  return out;
}

HttpResponse problem(unsigned status, std::string_view error, std::string_view description) {
  return json_response(status, json{{"error", error}, {"error_description", description}}.dump());
}

HttpResponse not_found() { return problem(404, "not_found", "there is nothing under this name"); }

std::optional<HttpResponse> unless_matching(const Call& call, const json& now) {
  const std::string_view wanted = call.http.headers.get("If-Match");
  if (wanted.empty() || wanted == "*" || wanted == etag_of(now)) return std::nullopt;
  return problem(412, "precondition_failed", "it has changed since");
}

common::Result<Page> read_page(const Call& call) {
  const auto fields = common::parse_form(call.http.query);
  if (!fields) return fail(Errc::invalid_request, "malformed query");
  Page out;
  for (const auto& [name, value] : *fields) {
    if (name == "after") out.after = value;
    if (name != "limit") continue;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out.limit);
    if (error != std::errc{} || end != value.data() + value.size() || out.limit == 0 ||
        out.limit > largest_page) {
      return fail(Errc::invalid_request, "limit: expected 1 to 500");
    }
  }
  return out;
}

HttpResponse show_page(const Call& call, const Page& page, json items, const char* key) {
  json out = {{"items", json::array()}};
  if (items.size() > page.limit) {
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(page.limit), items.end());
    out["next"] = items.back().at(key);
  }
  if (!items.empty()) out["items"] = std::move(items);
  return show(call, out);
}

common::Result<json> read_object(const Call& call, const std::vector<std::string_view>& members) {
  if (!call.http.headers.get("Content-Type").starts_with("application/json")) {
    return fail(Errc::invalid_request, "expected a body of type application/json");
  }
  auto object = common::jose::parse_json(call.http.body, {.max_bytes = 65536, .max_depth = 6});
  if (!object || !object->is_object()) return fail(Errc::invalid_request, "expected an object");
  for (const auto& [name, value] : object->items()) {
    if (std::find(members.begin(), members.end(), name) == members.end()) {
      return fail(Errc::invalid_request, name + ": unknown member");
    }
  }
  return std::move(*object);
}

}  // namespace waf::admin
