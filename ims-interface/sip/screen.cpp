// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sip/screen.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "common/encoding.hpp"
#include "ims-interface/sip/errc.hpp"
#include "ims-interface/sip/header_names.hpp"
#include "ims-interface/sip/text.hpp"

namespace ims::sip {
namespace {

using common::fail;
using common::Result;

constexpr std::string_view crlf = "\r\n";

/// Only CR LF pairs, HTAB and printable characters may stand in front of the body.
bool has_forbidden_character(std::string_view head) {
  for (std::size_t i = 0; i < head.size(); ++i) {
    const auto c = static_cast<unsigned char>(head[i]);
    if (c == '\r') {
      if (i + 1 == head.size() || head[i + 1] != '\n') return true;
      ++i;
    } else if (c == 0x7f || (c < 0x20 && c != '\t')) {
      return true;
    }
  }
  return false;
}

Result<void> cut_request_line(std::string_view line, ScreenedMessage& out) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return fail(Errc::malformed_start_line);
  const std::string_view uri = line.substr(first + 1, last - first - 1);
  if (!equal_ignoring_case(line.substr(last + 1), "SIP/2.0"))
    return fail(Errc::unsupported_version);
  if (!is_token(line.substr(0, first)) || uri.find_first_of(" \t<>\"") != std::string_view::npos ||
      uri.find(':') == std::string_view::npos) {
    return fail(Errc::malformed_start_line);
  }
  out.request = true;
  out.method = line.substr(0, first);
  out.request_uri = uri;
  return {};
}

Result<void> cut_status_line(std::string_view line, ScreenedMessage& out) {
  if (!equal_ignoring_case(line.substr(0, 8), "SIP/2.0 ")) return fail(Errc::unsupported_version);
  const std::string_view rest = line.substr(8);
  const auto status = parse_number(rest.substr(0, 3));
  if (!status || *status < 100 || *status > 699 || (rest.size() > 3 && rest[3] != ' ')) {
    return fail(Errc::malformed_start_line);
  }
  out.request = false;
  out.status = static_cast<int>(*status);
  out.reason = rest.size() > 4 ? rest.substr(4) : std::string_view{};
  return {};
}

Result<void> cut_start_line(std::string_view line, ScreenedMessage& out) {
  if (equal_ignoring_case(line.substr(0, 4), "SIP/")) return cut_status_line(line, out);
  return cut_request_line(line, out);
}

/// Appends one unfolded header field to `out`.
Result<void> cut_header(std::string_view field, ScreenedMessage& out,
                        std::optional<std::string>& content_length) {
  const auto colon = field.find(':');
  if (colon == std::string_view::npos) return fail(Errc::malformed_header);
  const std::string_view name = trim(field.substr(0, colon));
  if (!is_token(name)) return fail(Errc::malformed_header);
  Header header{canonical_name(name), std::string(trim(field.substr(colon + 1)))};
  if (header.name == "Content-Length") {
    if (content_length) return fail(Errc::repeated_header, header.name);
    content_length = header.value;
    return {};
  }
  if (is_single(header.name) &&
      std::any_of(out.headers.begin(), out.headers.end(),
                  [&](const Header& other) { return other.name == header.name; })) {
    return fail(Errc::repeated_header, header.name);
  }
  out.headers.push_back(std::move(header));
  return {};
}

Result<void> cut_headers(std::string_view lines, const ScreenLimits& limits, ScreenedMessage& out,
                         std::optional<std::string>& content_length) {
  std::string field;
  while (!lines.empty()) {
    const auto end = lines.find(crlf);
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(lines.size(), line.size() + crlf.size()));
    field.append(field.empty() ? line : trim(line));
    if (field.size() > limits.line) return fail(Errc::line_too_long);
    if (!lines.empty() && (lines.front() == ' ' || lines.front() == '\t')) {
      field.push_back(' ');  // a folded line reads as one space (RFC 3261 7.3.1)
      continue;
    }
    if (out.headers.size() >= limits.headers) return fail(Errc::too_many_headers);
    if (auto cut = cut_header(field, out, content_length); !cut) return cut;
    field.clear();
  }
  return {};
}

Result<void> check_mandatory(const ScreenedMessage& message) {
  for (const std::string_view name : {"Via", "From", "To", "Call-ID", "CSeq"}) {
    const auto found = std::find_if(message.headers.begin(), message.headers.end(),
                                    [&](const Header& header) { return header.name == name; });
    if (found == message.headers.end()) return fail(Errc::missing_header, std::string(name));
    if (found->value.empty()) return fail(Errc::malformed_header, std::string(name));
    if (name == "CSeq" && message.request) {
      const std::string_view value = found->value;
      const auto space = value.find_first_of(" \t");
      if (space == std::string_view::npos || trim(value.substr(space)) != message.method) {
        return fail(Errc::malformed_header, "CSeq");
      }
    }
  }
  return {};
}

Result<void> check_length(std::string_view body, const std::optional<std::string>& content_length) {
  if (!content_length) return {};  // WS-04: the WebSocket message delimits the body
  const auto length = parse_number(*content_length);
  if (!length) return fail(Errc::malformed_header, "Content-Length");
  if (*length > body.size()) return fail(Errc::length_mismatch);
  if (*length < body.size()) return fail(Errc::trailing_bytes);
  return {};
}

}  // namespace

bool is_token(std::string_view text) {
  constexpr std::string_view marks = "-.!%*_+`'~";
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

Result<ScreenedMessage> screen(std::string_view bytes, const ScreenLimits& limits,
                               ScreenedMessage* partial) {
  ScreenedMessage local;
  ScreenedMessage& out = partial != nullptr ? *partial : local;
  if (bytes.size() > limits.message) return fail(Errc::too_large);
  while (bytes.substr(0, 2) == crlf) bytes.remove_prefix(2);  // RFC 3261 7.5
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return fail(Errc::incomplete);
  const std::string_view head = bytes.substr(0, end + 2);
  const std::string_view body = bytes.substr(end + 4);
  if (body.size() > limits.body) return fail(Errc::too_large);
  if (has_forbidden_character(head)) return fail(Errc::forbidden_character);
  if (!common::is_utf8(head)) return fail(Errc::invalid_utf8);

  const auto line_end = head.find(crlf);
  if (line_end > limits.start_line) return fail(Errc::line_too_long);
  if (auto cut = cut_start_line(head.substr(0, line_end), out); !cut) return fail(cut.error());
  std::string_view lines = head.substr(line_end + 2);
  if (!lines.empty() && (lines.front() == ' ' || lines.front() == '\t')) {
    return fail(Errc::malformed_header);  // nothing to fold onto
  }
  std::optional<std::string> content_length;
  if (auto cut = cut_headers(lines, limits, out, content_length); !cut) return fail(cut.error());
  if (auto checked = check_mandatory(out); !checked) return fail(checked.error());
  if (auto checked = check_length(body, content_length); !checked) return fail(checked.error());
  out.body = body;
  return partial != nullptr ? out : std::move(local);
}

}  // namespace ims::sip
