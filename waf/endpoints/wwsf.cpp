// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/wwsf.hpp"

#include "waf/endpoints/responses.hpp"
#include "waf/pages/pages.hpp"

namespace waf {
namespace {

/// Both are the page itself: the second is where the authorization response arrives.
bool is_page(std::string_view path) { return path == "/" || path == "/app/callback"; }

std::string page_policy(const Settings& settings) {
  std::string connect = "connect-src 'self'";
  for (const auto& origin : settings.gateway_origins) connect += " " + origin;
  return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
         "media-src 'self' blob:; font-src 'self'; worker-src 'self'; manifest-src 'self'; " +
         connect + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

HttpResponse own_file(std::string content_type, std::string body) {
  HttpResponse out;
  out.headers.add("Content-Type", std::move(content_type));
  out.headers.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  // Short: after an update, pages must not meet an old style sheet for long.
  out.headers.add("Cache-Control", "public, max-age=300");
  out.body = std::move(body);
  return out;
}

}  // namespace

std::optional<HttpResponse> serve_asset(const EndpointContext& context, const HttpRequest& http) {
  const bool page = is_page(http.path);
  const auto found = context.assets.find(page ? "/index.html" : http.path);
  if (found == context.assets.end()) {
    if (!page) return std::nullopt;
    const pages::Look look = context.look_for(http);
    return html_response(503, pages::problem(look, look.say("common.no_softphone.title"),
                                             look.say("common.no_softphone.text")));
  }
  const Asset& asset = found->second;
  HttpResponse out;
  out.headers.add("ETag", asset.etag);
  out.headers.add("Cache-Control",
                  asset.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (http.headers.get("If-None-Match") == asset.etag) {
    out.status = 304;
    return out;
  }
  out.headers.add("Content-Type", asset.content_type);
  out.headers.add("Content-Security-Policy", page_policy(context.settings));
  out.headers.add("Permissions-Policy", "microphone=(self), camera=(self), geolocation=()");
  out.shared_body = asset.body;
  return out;
}

HttpResponse serve_stylesheet(const EndpointContext& context) {
  return own_file("text/css; charset=utf-8", pages::stylesheet(context.settings.brand));
}

HttpResponse serve_logo(const EndpointContext& context) {
  const pages::Brand& brand = context.settings.brand;
  if (!brand.logo) return serve_icon();
  return own_file(brand.logo_type, *brand.logo);
}

HttpResponse serve_icon() { return own_file("image/svg+xml", std::string(pages::icon())); }

}  // namespace waf
