// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/application.hpp"

#include "common/log.hpp"
#include "waf/admin/api.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/endpoints/routes.hpp"
#include "waf/endpoints/wwsf.hpp"
#include "waf/pages/pages.hpp"

namespace waf {
namespace {

bool is_for_browsers(std::string_view path) {
  if (admin::is_admin_path(path)) return false;
  const Route* route = find_route(path);
  if (route == nullptr) return true;
  return !route->cors && route->get != nullptr && route->remove == nullptr;
}

std::string allowed_methods(const Route& route) {
  std::string out = route.get != nullptr ? "GET, HEAD" : "";
  if (route.post != nullptr) out += out.empty() ? "POST" : ", POST";
  if (route.put != nullptr) out += ", PUT";
  if (route.remove != nullptr) out += ", DELETE";
  return route.cors ? out + ", OPTIONS" : out;
}

/// For what is not the sender's mistake; the reason is in the log.
HttpResponse failure(unsigned status, bool as_html, const pages::Look& look) {
  if (as_html) {
    return html_response(
        status, pages::problem(look, look.say("common.busy.title"), look.say("common.busy.text")));
  }
  return json_response(status, status == 503 ? R"({"error":"temporarily_unavailable"})"
                                             : R"({"error":"server_error"})");
}

Endpoint endpoint_for(const Route& route, std::string_view method) {
  if (method == "GET") return route.get;
  if (method == "POST") return route.post;
  if (method == "PUT") return route.put;
  return method == "DELETE" ? route.remove : nullptr;
}

HttpResponse not_allowed(std::string allow) {
  HttpResponse out = json_response(405, R"({"error":"invalid_request"})");
  out.headers.add("Allow", std::move(allow));
  return out;
}

HttpResponse preflight(const Route& route) {
  HttpResponse out;
  out.status = 204;
  out.headers.add("Access-Control-Allow-Methods", route.post != nullptr ? "GET, POST" : "GET");
  out.headers.add("Access-Control-Allow-Headers", "Authorization, Content-Type, DPoP");
  out.headers.add("Access-Control-Max-Age", "600");
  return out;
}

}  // namespace

Answer Application::route(const HttpRequest& request, SystemTime now) {
  if (admin::is_admin_path(request.path)) return admin::handle_admin(context_, request, now);
  const Route* route = find_route(request.path);
  if (route == nullptr) {
    if (request.method != "GET") return not_allowed("GET, HEAD");
    if (auto asset = serve_asset(context_, request)) return std::move(*asset);
    // Asked for by browsers that show one of our JSON answers.
    if (request.path == "/favicon.ico") return serve_icon();
    const pages::Look look = context_.look_for(request);
    return html_response(404, pages::problem(look, look.say("common.missing.title"),
                                             look.say("common.missing.text")));
  }
  if (request.method == "OPTIONS" && route->cors) return preflight(*route);
  const Endpoint endpoint = endpoint_for(*route, request.method);
  if (endpoint == nullptr) return not_allowed(allowed_methods(*route));
  return endpoint(context_, request, now);
}

void Application::add_cors(const HttpRequest& request, HttpResponse& response) const {
  const Route* route = find_route(request.path);
  if (route == nullptr || !route->cors) return;
  response.headers.add("Vary", "Origin");
  const std::string_view origin = request.headers.get("Origin");
  if (context_.origins.contains(origin)) {
    response.headers.add("Access-Control-Allow-Origin", std::string(origin));
    response.headers.add("Access-Control-Expose-Headers", "DPoP-Nonce, WWW-Authenticate");
  }
}

Answer Application::guarded(const HttpRequest& request, const std::function<Answer()>& work) {
  Answer answer;
  try {
    answer = work();
  } catch (const StoreError& error) {
    common::log::error("store: {}", error.what());
    answer = failure(503, is_for_browsers(request.path), context_.look_for(request));
  } catch (const std::exception& error) {
    // A mistake of ours, or no memory left: one request fails, the service goes on.
    common::log::error("{} failed: {}", request.path, error.what());
    answer = failure(500, is_for_browsers(request.path), context_.look_for(request));
  }
  if (auto* response = std::get_if<HttpResponse>(&answer)) {
    add_cors(request, *response);
    add_common_headers(*response, context_.settings);
  }
  return answer;
}

Answer Application::handle(const HttpRequest& request, SystemTime now) {
  return guarded(request, [&] { return route(request, now); });
}

Answer Application::resume(const HttpRequest& request, const Pending& pending, WorkResult result,
                           SystemTime now) {
  return guarded(request, [&] { return pending.resume(std::move(result), now); });
}

}  // namespace waf
