// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sip/uri.hpp"

#include "ims-interface/sip/errc.hpp"
#include "ims-interface/sip/screen.hpp"
#include "ims-interface/sip/text.hpp"

namespace ims::sip {
namespace {

using common::fail;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0 || high * 16 + low < 0x20) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

std::string escape_user(std::string_view user) {
  constexpr std::string_view plain = "-_.!~*'()&=+$,;?/:";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : user) {
    const bool alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (alphanumeric || plain.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(digits[byte >> 4U]);
      out.push_back(digits[byte & 15U]);
    }
  }
  return out;
}

bool is_host(std::string_view host) {
  if (host.empty()) return false;
  if (host.front() == '[') {
    return host.size() > 2 && host.back() == ']' &&
           host.find_first_not_of("0123456789abcdef:.", 1) == host.size() - 1;
  }
  return host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._") ==
         std::string_view::npos;
}

/// Cuts "host[:port]".
bool cut_host(std::string_view text, Uri& uri) {
  std::size_t colon = text.find(':');
  if (!text.empty() && text.front() == '[') {
    const auto bracket = text.find(']');
    if (bracket == std::string_view::npos) return false;
    colon = bracket + 1 < text.size() ? bracket + 1 : std::string_view::npos;
    if (colon != std::string_view::npos && text[colon] != ':') return false;
  }
  uri.host = to_lower(text.substr(0, colon));
  if (colon != std::string_view::npos) {
    const auto port = parse_number(text.substr(colon + 1));
    if (!port || *port == 0 || *port > 65535) return false;
    uri.port = static_cast<std::uint16_t>(*port);
  }
  return is_host(uri.host);
}

std::string digits_of(std::string_view number) {
  std::string out;
  for (const char c : number) {
    if ((c >= '0' && c <= '9') || c == '+' || c == '*' || c == '#') out.push_back(c);
  }
  return out;
}

}  // namespace

common::Result<Uri> Uri::parse(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || !is_token(text.substr(0, colon))) {
    return fail(Errc::malformed_uri);
  }
  Uri uri;
  uri.scheme = to_lower(text.substr(0, colon));
  std::string_view rest = text.substr(colon + 1);
  if (rest.find_first_of(" \t<>\"") != std::string_view::npos) return fail(Errc::malformed_uri);
  if (!uri.is_sip()) {
    const auto parameters = rest.find(';');
    uri.user = uri.scheme == "tel" ? digits_of(rest.substr(0, parameters))
                                   : std::string(rest.substr(0, parameters));
    if (parameters != std::string_view::npos) uri.parameters = rest.substr(parameters);
    if (uri.user.empty()) return fail(Errc::malformed_uri);
    return uri;
  }
  // An unescaped '@' cannot stand in host, parameters or headers: the last one ends the user part.
  const auto at = rest.rfind('@');
  if (at != std::string_view::npos) {
    const auto user = unescape(rest.substr(0, at));
    if (!user || user->empty()) return fail(Errc::malformed_uri);
    uri.user = *user;
    rest.remove_prefix(at + 1);
  }
  const auto question = rest.find('?');
  if (question != std::string_view::npos) uri.headers = rest.substr(question);
  rest = rest.substr(0, question);
  const auto semicolon = rest.find(';');
  if (semicolon != std::string_view::npos) uri.parameters = rest.substr(semicolon);
  if (!cut_host(rest.substr(0, semicolon), uri)) return fail(Errc::malformed_uri);
  return uri;
}

std::optional<std::string> Uri::parameter(std::string_view name) const {
  for (const std::string_view part : split(parameters, ';')) {
    const auto equals = part.find('=');
    if (!equal_ignoring_case(trim(part.substr(0, equals)), name) || part.empty()) continue;
    return equals == std::string_view::npos ? std::string{}
                                            : std::string(trim(part.substr(equals + 1)));
  }
  return std::nullopt;
}

void Uri::remove_parameter(std::string_view name) {
  std::string kept;
  for (const std::string_view part : split(parameters, ';')) {
    if (part.empty() || equal_ignoring_case(trim(part.substr(0, part.find('='))), name)) continue;
    kept += ';';
    kept += part;
  }
  parameters = kept;
}

std::string Uri::to_string() const {
  std::string out = scheme + ":";
  if (!is_sip()) return out + user + parameters;
  if (!user.empty()) out += escape_user(user) + "@";
  out += host;
  if (port != 0) out += ":" + std::to_string(port);
  return out + parameters + headers;
}

std::string normalized_aor(std::string_view text) {
  const auto uri = Uri::parse(text);
  if (!uri) return {};
  if (uri->scheme == "tel") {
    const std::string digits = digits_of(uri->user);
    return digits.empty() ? std::string{} : "tel:" + digits;
  }
  if (!uri->is_sip()) return {};
  return "sip:" + (uri->user.empty() ? "" : escape_user(uri->user) + "@") + uri->host;
}

}  // namespace ims::sip
