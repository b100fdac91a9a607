// SPDX-License-Identifier: Apache-2.0
#include "common/jose/htu.hpp"

#include <algorithm>
#include <vector>

namespace common::jose {
namespace {

constexpr std::size_t max_uri = 2048;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower_text(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

bool is_unreserved(char c) {
  const char small = lower(c);
  return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

/// Escapes of unreserved characters undone, all others in upper case; nothing for a broken one.
std::optional<std::string> normal_escapes(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    const char plain = static_cast<char>(high * 16 + low);
    if (is_unreserved(plain)) {
      out += plain;
    } else {
      out += '%';
      out += digits[static_cast<std::size_t>(high)];
      out += digits[static_cast<std::size_t>(low)];
    }
    i += 2;
  }
  return out;
}

/// RFC 3986 section 5.2.4 for an absolute path.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  bool folder = false;  // the path ends in a slash
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    folder = segment.empty() || segment == "." || segment == "..";
    if (segment == ".." && !kept.empty()) kept.pop_back();
    if (segment == "." || segment == ".." || (segment.empty() && path.empty())) continue;
    kept.push_back(segment);
  }
  std::string out;
  for (const auto segment : kept) out.append("/").append(segment);
  return folder || out.empty() ? out + "/" : out;
}

/// False for a text that is no "host" or "host:port"; an IPv6 address stands in brackets.
bool drop_usual_port(std::string& authority, std::string_view usual) {
  const std::size_t bracket = authority.rfind(']');
  const std::size_t from = bracket == std::string::npos ? 0 : bracket;
  const std::size_t colon = authority.find(':', from);
  if (bracket != std::string::npos && authority.front() != '[') return false;
  if (colon == std::string::npos) return true;
  const std::string_view port = std::string_view(authority).substr(colon + 1);
  if (colon == 0 || port.find_first_not_of("0123456789") != std::string_view::npos) return false;
  if (port.empty() || port == usual) authority.resize(colon);
  return true;
}

std::optional<std::string> normal_http(std::string_view scheme, std::string_view rest) {
  if (!rest.starts_with("//")) return std::nullopt;
  rest.remove_prefix(2);
  rest = rest.substr(0, rest.find_first_of("?#"));
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string authority = lower_text(rest.substr(0, slash));
  if (authority.empty() || authority.find('@') != std::string::npos) return std::nullopt;
  const auto path = normal_escapes(rest.substr(slash));
  if (!path || !drop_usual_port(authority, scheme == "https" ? "443" : "80")) return std::nullopt;
  return std::string(scheme) + "://" + authority + without_dot_segments(*path);
}

std::optional<std::string> normal_sip(std::string_view scheme, std::string_view rest) {
  rest = rest.substr(0, rest.find('?'));
  const std::size_t at = rest.rfind('@');
  const std::size_t host = at == std::string_view::npos ? 0 : at + 1;
  const std::size_t end = std::min(rest.find(';', host), rest.size());
  if (end == host) return std::nullopt;
  return std::string(scheme) + ":" + std::string(rest.substr(0, host)) +
         lower_text(rest.substr(host, end - host)) + std::string(rest.substr(end));
}

}  // namespace

std::optional<std::string> normalised_htu(std::string_view uri) {
  const bool plain = std::all_of(uri.begin(), uri.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f;
  });
  const std::size_t colon = uri.find(':');
  if (!plain || uri.size() > max_uri || colon == std::string_view::npos) return std::nullopt;
  const std::string scheme = lower_text(uri.substr(0, colon));
  const std::string_view rest = uri.substr(colon + 1);
  if (scheme == "http" || scheme == "https") return normal_http(scheme, rest);
  if (scheme == "sip" || scheme == "sips") return normal_sip(scheme, rest);
  return std::nullopt;
}

}  // namespace common::jose
