// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bench {

/// A SIP message as a start line, header fields in order and a body: what a load generator needs,
/// independent of the gateway's own parser.
struct SipMessage {
  std::string start_line;
  std::vector<std::pair<std::string, std::string>> fields;  // long-form names as RFC 3261 spells
  std::string body;

  [[nodiscard]] static std::optional<SipMessage> parse(std::string_view text);
  [[nodiscard]] std::string print() const;  // adds Content-Length

  [[nodiscard]] bool is_request() const { return !start_line.starts_with("SIP/2.0 "); }
  [[nodiscard]] std::string_view method() const;  // of the CSeq in a response
  [[nodiscard]] int status() const;               // 0 in a request
  [[nodiscard]] std::string_view request_uri() const;

  [[nodiscard]] std::string_view first(std::string_view name) const;  // empty when missing
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
  /// The elements of every comma-separated field of this name.
  [[nodiscard]] std::vector<std::string> list(std::string_view name) const;

  SipMessage& add(std::string name, std::string value);
  /// A response with the fields that RFC 3261 8.2.6.2 copies; adds `to_tag` where none is.
  [[nodiscard]] SipMessage response(int code, std::string_view reason,
                                    std::string_view to_tag) const;
};

/// What stands between < and >, or the whole value up to its parameters.
[[nodiscard]] std::string_view address_uri(std::string_view value);
/// A header parameter's value (after the last '>'), empty when missing.
[[nodiscard]] std::string_view parameter(std::string_view value, std::string_view name);
/// "host:port" of a SIP URI.
[[nodiscard]] std::string_view host_port(std::string_view uri);

}  // namespace bench
