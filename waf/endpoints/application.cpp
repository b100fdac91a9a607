// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/application.hpp"

#include <algorithm>
#include <array>

#include "common/log.hpp"
#include "waf/endpoints/authorize.hpp"
#include "waf/endpoints/logout.hpp"
#include "waf/endpoints/metadata.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/endpoints/token.hpp"
#include "waf/endpoints/userinfo.hpp"
#include "waf/endpoints/wwsf.hpp"
#include "waf/pages/html.hpp"
#include "waf/pages/pages.hpp"

namespace waf {
namespace {

struct Route {
  std::string_view path;
  bool get;
  bool post;
  bool cors;  // RFC 9700 2.6: never the authorization endpoint
};

constexpr std::array<Route, 11> routes = {{
    {"/authorize", true, true, false},
    {"/login", true, true, false},
    {"/logout", true, true, false},
    {"/token", false, true, true},
    {"/revoke", false, true, true},
    {"/userinfo", true, true, true},
    {"/jwks", true, false, true},
    {"/.well-known/openid-configuration", true, false, true},
    {"/.well-known/oauth-authorization-server", true, false, true},
    {pages::stylesheet_path, true, false, false},
    {pages::icon_path, true, false, false},
}};

const Route* find_route(std::string_view path) {
  const auto* found = std::find_if(routes.begin(), routes.end(),
                                   [path](const Route& route) { return route.path == path; });
  return found == routes.end() ? nullptr : found;
}

bool is_for_browsers(std::string_view path) {
  const Route* route = find_route(path);
  return route == nullptr || !route->cors;
}

std::string allowed_methods(const Route& route) {
  std::string out = route.get ? "GET, HEAD" : "";
  if (route.post) out += out.empty() ? "POST" : ", POST";
  return route.cors ? out + ", OPTIONS" : out;
}

HttpResponse plain_page(unsigned status, std::string_view heading, std::string_view text) {
  return html_response(status, pages::problem(heading, text));
}

/// For what is not the sender's mistake; the reason is in the log.
HttpResponse failure(unsigned status, bool as_html) {
  if (as_html) {
    return plain_page(status, "This is not possible now", "Please try again in a moment.");
  }
  return json_response(status, status == 503 ? R"({"error":"temporarily_unavailable"})"
                                             : R"({"error":"server_error"})");
}

HttpResponse not_allowed(std::string allow) {
  HttpResponse out = json_response(405, R"({"error":"invalid_request"})");
  out.headers.add("Allow", std::move(allow));
  return out;
}

HttpResponse preflight(const Route& route) {
  HttpResponse out;
  out.status = 204;
  out.headers.add("Access-Control-Allow-Methods", route.post ? "GET, POST" : "GET");
  out.headers.add("Access-Control-Allow-Headers", "Authorization, Content-Type");
  out.headers.add("Access-Control-Max-Age", "600");
  return out;
}

}  // namespace

Answer Application::route(const HttpRequest& request, SystemTime now) {
  const Route* route = find_route(request.path);
  if (route == nullptr) {
    if (request.method != "GET") return not_allowed("GET, HEAD");
    if (auto asset = serve_asset(context_, request)) return std::move(*asset);
    // Asked for by browsers that show one of our JSON answers.
    if (request.path == "/favicon.ico") return serve_icon();
    return plain_page(404, "Nothing is here", "There is no page at this address.");
  }
  if (request.method == "OPTIONS" && route->cors) return preflight(*route);
  const bool allowed =
      (request.method == "GET" && route->get) || (request.method == "POST" && route->post);
  if (!allowed) return not_allowed(allowed_methods(*route));
  if (route->path == "/authorize") return handle_authorize(context_, request, now);
  if (route->path == "/login" && request.method == "POST") {
    return handle_login(context_, request, now);
  }
  if (route->path == "/login") return show_login(context_, request, std::nullopt, "", "", now);
  if (route->path == "/logout") return handle_logout(context_, request, now);
  if (route->path == "/token") return handle_token(context_, request, now);
  if (route->path == "/revoke") return handle_revoke(context_, request, now);
  if (route->path == "/userinfo") return handle_userinfo(context_, request, now);
  if (route->path == "/jwks") return handle_jwks(context_);
  if (route->path == pages::stylesheet_path) return serve_stylesheet();
  if (route->path == pages::icon_path) return serve_icon();
  return handle_metadata(context_);
}

void Application::add_cors(const HttpRequest& request, HttpResponse& response) const {
  const Route* route = find_route(request.path);
  if (route == nullptr || !route->cors) return;
  response.headers.add("Vary", "Origin");
  const std::string_view origin = request.headers.get("Origin");
  if (context_.origins.contains(origin)) {
    response.headers.add("Access-Control-Allow-Origin", std::string(origin));
  }
}

Answer Application::handle(const HttpRequest& request, SystemTime now) {
  Answer answer;
  try {
    answer = route(request, now);
  } catch (const StoreError& error) {
    common::log::error("store: {}", error.what());
    answer = failure(503, is_for_browsers(request.path));
  } catch (const std::exception& error) {
    // A mistake of ours, or no memory left: one request fails, the service goes on.
    common::log::error("request failed: {}", error.what());
    answer = failure(500, is_for_browsers(request.path));
  }
  if (auto* response = std::get_if<HttpResponse>(&answer)) {
    add_cors(request, *response);
    add_common_headers(*response, context_.settings);
  }
  return answer;
}

HttpResponse Application::finish(const PasswordTask& task, const PasswordVerdict& verdict,
                                 SystemTime now) {
  HttpResponse out;
  try {
    out = finish_login(context_, task, verdict, now);
  } catch (const StoreError& error) {
    common::log::error("store: {}", error.what());
    out = failure(503, true);
  } catch (const std::exception& error) {
    common::log::error("/login failed: {}", error.what());
    out = failure(500, true);
  }
  add_common_headers(out, context_.settings);
  return out;
}

}  // namespace waf
