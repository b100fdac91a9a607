// SPDX-License-Identifier: Apache-2.0
#include "waf/admin/api.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "common/log.hpp"
#include "waf/admin/call.hpp"
#include "waf/admin/representation.hpp"
#include "waf/endpoints/bearer.hpp"
#include "waf/errc.hpp"

namespace waf::admin {
namespace {

using common::HttpRequest;
using common::HttpResponse;

struct Entry {
  std::string_view method;
  std::string_view path;
  Handler handler;
};

constexpr std::array<Entry, 25> entries = {{
    {"GET", "/users", list_users},
    {"POST", "/users", create_user},
    {"GET", "/users/{id}", show_user},
    {"PATCH", "/users/{id}", update_user},
    {"GET", "/users/{id}/sessions", list_sessions},
    {"GET", "/users/{id}/grants", list_grants},
    {"GET", "/users/{id}/devices", list_devices},
    {"GET", "/users/{id}/devices/{device}", show_device},
    {"DELETE", "/users/{id}/devices/{device}", delete_device},
    {"GET", "/sessions/{sid}", show_session},
    {"DELETE", "/sessions/{sid}", delete_session},
    {"GET", "/clients", list_clients},
    {"GET", "/clients/{id}", show_client},
    {"PUT", "/clients/{id}", put_client},
    {"DELETE", "/clients/{id}", delete_client},
    {"GET", "/pools", list_pools},
    {"GET", "/pools/{name}", show_pool},
    {"GET", "/keys", list_keys},
    {"POST", "/keys", rotate_key},
    {"POST", "/keys/{kid}/retire", retire_key},
    {"DELETE", "/keys/{kid}", drop_key},
    {"GET", "/grants/{id}", show_grant},
    {"POST", "/revocations", create_revocation},
    {"GET", "/revocations/{type}/{id}", show_revocation},
    {"POST", "/tokens", create_token},
}};

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    out.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return out;
}

std::string decoded(std::string_view segment) {
  const auto fields = common::parse_form("x=" + std::string(segment));
  return fields && fields->size() == 1 ? fields->front().second : std::string();
}

/// What stands for the braces, when the path has this shape.
std::optional<std::vector<std::string>> match(std::string_view shape, std::string_view path) {
  const auto wanted = segments(shape);
  const auto found = segments(path);
  if (wanted.size() != found.size()) return std::nullopt;
  std::vector<std::string> out;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      out.push_back(decoded(found[i]));
      if (out.back().empty()) return std::nullopt;
    } else if (wanted[i] != found[i]) {
      return std::nullopt;
    }
  }
  return out;
}

HttpResponse not_allowed(std::string_view path) {
  std::string allow;
  for (const Entry& entry : entries) {
    if (!match(entry.path, path)) continue;
    allow += (allow.empty() ? "" : ", ") + std::string(entry.method);
  }
  if (allow.empty()) return not_found();
  HttpResponse out = problem(405, "method_not_allowed", "see Allow");
  out.headers.add("Allow", allow);
  return out;
}

}  // namespace

bool is_admin_path(std::string_view path) {
  return path.starts_with(base_path) && path.substr(base_path.size()).starts_with('/');
}

std::vector<Operation> operations() {
  std::vector<Operation> out;
  for (const Entry& entry : entries) out.push_back({entry.method, entry.path});
  return out;
}

Answer handle_admin(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const bool reads = http.method == "GET";
  const std::string_view path = std::string_view(http.path).substr(base_path.size());
  const std::string_view changes = path == "/tokens" ? mint_scope : write_scope;
  auto token = authorize_bearer(context, http, reads ? write_scope : changes, now);
  if (!token && reads && token.error() == Errc::insufficient_scope) {
    token = authorize_bearer(context, http, read_scope, now);
  }
  if (!token) return bearer_challenge(context, token.error(), reads ? read_scope : changes);
  for (const Entry& entry : entries) {
    if (entry.method != http.method) continue;
    auto arguments = match(entry.path, path);
    if (!arguments) continue;
    HttpResponse out = entry.handler({context, http, std::move(*arguments), now});
    if (!reads) {
      common::log::info("audit: client {} subject {} from {}: {} {} -> {}", token->client_id,
                        token->subject, http.peer.address.to_string(), http.method, http.path,
                        out.status);
    }
    return out;
  }
  return not_allowed(path);
}

}  // namespace waf::admin
