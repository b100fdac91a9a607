// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/responses.hpp"

#include <nlohmann/json.hpp>

#include "waf/errc.hpp"
#include "waf/pages/pages.hpp"

namespace waf {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// What form-action may name: the origin of an http(s) URI, the scheme of a private-use one.
std::string form_action_source(std::string_view uri) {
  if (uri.empty()) return {};
  if (const auto url = common::HttpUrl::parse(uri)) {
    return " " + url->origin();
  }
  return " " + std::string(uri.substr(0, uri.find(':') + 1));
}

unsigned status_of(const common::Error& error) {
  if (error == Errc::invalid_client) return 401;
  if (error == Errc::pool_exhausted) return 503;
  return error == Errc::too_many_attempts ? 429 : 400;
}

}  // namespace

HttpResponse html_response(unsigned status, std::string html, std::string_view form_target) {
  HttpResponse out;
  out.status = status;
  out.headers.add("Content-Type", "text/html; charset=utf-8");
  out.headers.add("Content-Security-Policy",
                  "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
                  "connect-src 'self'; "
                  "base-uri 'none'; frame-ancestors 'none'; form-action 'self'" +
                      form_action_source(form_target));
  out.headers.add("Cache-Control", "no-store");
  out.body = std::move(html);
  return out;
}

HttpResponse json_response(unsigned status, std::string json) {
  HttpResponse out;
  out.status = status;
  out.headers.add("Content-Type", "application/json");
  out.headers.add("Cache-Control", "no-store");
  out.body = std::move(json);
  return out;
}

HttpResponse redirect_response(std::string location) {
  HttpResponse out;
  out.status = 303;
  out.headers.add("Location", std::move(location));
  out.headers.add("Cache-Control", "no-store");
  return out;
}

HttpResponse oauth_error(const common::Error& error) {
  nlohmann::json body = {{"error", error.code.message()}};
  // Why a code or token did not work is for our log: it would tell a thief what he holds.
  if (!error.detail.empty() && !(error == Errc::invalid_grant)) {
    body["error_description"] = error.detail;
  }
  HttpResponse out = json_response(status_of(error), body.dump());
  if (error == Errc::pool_exhausted || error == Errc::too_many_attempts)
    out.headers.add("Retry-After", "60");
  out.headers.add("Pragma", "no-cache");
  return out;
}

HttpResponse too_many_requests(seconds retry_after, bool as_html, const pages::Look& look) {
  HttpResponse out =
      as_html ? html_response(429, pages::problem(look, look.say("common.too_many.title"),
                                                  look.say("common.too_many.text")))
              : json_response(429, R"({"error":"temporarily_unavailable"})");
  out.headers.add("Retry-After", std::to_string(retry_after.count()));
  return out;
}

HttpResponse stale_form_page(const pages::Look& look) {
  return html_response(
      403, pages::problem(look, look.say("common.stale.title"), look.say("common.stale.text")));
}

void add_common_headers(HttpResponse& response, const Settings& settings) {
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("Referrer-Policy", "no-referrer");
  response.headers.add("X-Frame-Options", "DENY");
  if (settings.hsts > seconds(0)) {
    response.headers.add("Strict-Transport-Security",
                         "max-age=" + std::to_string(settings.hsts.count()));
  }
}

std::string set_cookie(std::string_view name, std::string_view value, seconds max_age) {
  std::string out =
      std::string(name) + "=" + std::string(value) + "; Path=/; Secure; HttpOnly; SameSite=Lax";
  if (max_age > seconds(0)) out += "; Max-Age=" + std::to_string(max_age.count());
  return out;
}

std::string clear_cookie(std::string_view name) {
  return std::string(name) + "=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";
}

bool is_form(const HttpRequest& request) {
  const std::string type = lower(request.headers.get("Content-Type"));
  const std::string_view wanted = "application/x-www-form-urlencoded";
  return request.headers.count("Content-Type") == 1 && type.starts_with(wanted) &&
         (type.size() == wanted.size() || type[wanted.size()] == ';' || type[wanted.size()] == ' ');
}

bool is_same_site_post(const HttpRequest& request, const Settings& settings) {
  if (request.headers.has("Sec-Fetch-Site")) {
    return request.headers.get("Sec-Fetch-Site") == "same-origin";
  }
  // Under Referrer-Policy: no-referrer a browser may send "null" for our own page; the
  // synchronizer token decides then.
  const std::string_view origin = request.headers.get("Origin");
  return origin.empty() || origin == "null" || origin == settings.issuer;
}

}  // namespace waf
