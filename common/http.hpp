// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/body_stream.hpp"
#include "common/endpoint.hpp"
#include "common/result.hpp"

namespace common {

/// Header fields in their order; names compare without case.
class HttpHeaders {
 public:
  HttpHeaders() = default;
  HttpHeaders(std::initializer_list<std::pair<std::string, std::string>> fields)
      : fields_(fields) {}

  void add(std::string name, std::string value);
  void set(std::string_view name, std::string value);  // replaces all of that name
  /// The first field of that name; empty text when there is none.
  [[nodiscard]] std::string_view get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& fields() const {
    return fields_;
  }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// A whole request as the server's shell hands it to a handler.
struct HttpRequest {
  std::string method;  // "GET"
  std::string path;    // as sent, up to '?', not decoded
  std::string query;   // without '?'
  HttpHeaders headers;
  std::string body;
  Endpoint peer;
  /// DER of the client certificate that the TLS connection proved possession of; null without one.
  std::shared_ptr<const std::string> client_certificate;
  /// Whether its chain leads to the listener's client CA (RFC 8705 section 2.1); a certificate that
  /// does not is still a proof of possession (section 2.2).
  bool client_certificate_trusted = false;
};

/// A whole response. `shared_body`, when set, is sent instead of `body` without a copy; `stream`,
/// when set, follows `body` for as long as it grows (chunked).
struct HttpResponse {
  unsigned status = 200;
  HttpHeaders headers;
  std::string body;
  std::shared_ptr<const std::string> shared_body;
  std::shared_ptr<BodyStream> stream;
};

/// Names and values of a query or an application/x-www-form-urlencoded body.
using FormFields = std::vector<std::pair<std::string, std::string>>;

/// Strict: a bad percent escape, a control character or invalid UTF-8 after decoding, or more than
/// 64 fields fail with Errc::invalid_encoding. Empty input is an empty form.
[[nodiscard]] Result<FormFields> parse_form(std::string_view text);
/// application/x-www-form-urlencoded.
[[nodiscard]] std::string encode_form(const FormFields& fields);
/// Percent-encodes all but RFC 3986 unreserved characters.
[[nodiscard]] std::string percent_encode(std::string_view text);
/// The value of a cookie in a Cookie field; nothing when it is missing or sent twice.
[[nodiscard]] std::optional<std::string> find_cookie(std::string_view header,
                                                     std::string_view name);
/// The parts of an absolute http or https URL without user information.
struct HttpUrl {
  bool secure = false;
  std::string host;  // without the brackets of an IPv6 literal
  std::uint16_t port = 0;
  std::string target;  // path and query, at least "/"

  [[nodiscard]] static Result<HttpUrl> parse(std::string_view text);
  [[nodiscard]] std::string origin() const;  // "https://host:port", default port left out
};

[[nodiscard]] std::string_view http_reason(unsigned status);

}  // namespace common
