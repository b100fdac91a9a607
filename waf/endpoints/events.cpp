// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/events.hpp"

#include <charconv>

#include "waf/endpoints/bearer.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/grants/parameters.hpp"

namespace waf {
namespace {

constexpr std::string_view scope = "waf.events";

/// The sequence number, or -1: nothing that can be resumed.
std::int64_t sequence_of(std::string_view text) {
  std::int64_t out = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() ? out : -1;
}

}  // namespace

HttpResponse handle_events(EndpointContext& context, const common::HttpRequest& http,
                           SystemTime now) {
  const auto token = authorize_bearer(context, http, scope, now);
  if (!token) return bearer_challenge(context, token.error(), scope);
  const auto query = common::parse_form(http.query);
  if (!query) return json_response(400, R"({"error":"invalid_request"})");
  const Parameters parameters(*query);
  auto stream = context.events.follow(parameters.get("feed"), sequence_of(parameters.get("after")),
                                      token->expires_at, now);
  if (!stream) {
    context.metrics.limited("events");
    HttpResponse busy = json_response(503, R"({"error":"temporarily_unavailable"})");
    busy.headers.add("Retry-After", "5");
    return busy;
  }
  HttpResponse out;
  out.headers.add("Content-Type", "text/event-stream");
  out.headers.add("Cache-Control", "no-store");
  out.stream = std::move(stream);
  return out;
}

}  // namespace waf
