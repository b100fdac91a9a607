// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/redirect_uri.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace waf {
namespace {

constexpr std::array<std::string_view, 2> loopback_prefixes = {"http://127.0.0.1", "http://[::1]"};

/// A loopback URI without its port; nothing for any other URI or an odd port.
std::optional<std::string> without_port(std::string_view uri) {
  for (const std::string_view prefix : loopback_prefixes) {
    if (!uri.starts_with(prefix)) continue;
    std::string_view rest = uri.substr(prefix.size());
    if (rest.starts_with(':')) {
      rest.remove_prefix(1);
      const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
      if (digits == 0 || digits > 5) return std::nullopt;
      rest.remove_prefix(digits);
    }
    if (!rest.empty() && rest.front() != '/' && rest.front() != '?') return std::nullopt;
    return std::string(prefix) + std::string(rest);
  }
  return std::nullopt;
}

}  // namespace

bool is_registered_redirect(std::string_view uri, const std::vector<std::string>& registered) {
  return std::any_of(registered.begin(), registered.end(), [uri](const std::string& one) {
    if (uri == one) return true;
    const auto sent = without_port(uri);
    return sent && sent == without_port(one);
  });
}

bool may_be_redirect(std::string_view uri) {
  const bool plain = std::all_of(uri.begin(), uri.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f;
  });
  if (!plain || uri.find_first_of("#*\\") != std::string_view::npos) return false;
  if (uri.starts_with("https://")) {
    const auto url = common::HttpUrl::parse(uri);
    return url.has_value();
  }
  if (uri.starts_with("http:")) return without_port(uri).has_value();
  const std::size_t colon = uri.find(':');
  if (colon == std::string_view::npos) return false;
  // The scheme is repeated in the form-action of our pages, so it must be one (RFC 3986 3.1).
  const std::string_view scheme = uri.substr(0, colon);
  return scheme.find('.') != std::string_view::npos &&
         std::all_of(scheme.begin(), scheme.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                  c == '+';
         });
}

bool is_origin(std::string_view text) {
  const auto url = common::HttpUrl::parse(text);
  return url && url->origin() == text;
}

std::string with_parameters(std::string_view uri, const common::FormFields& fields) {
  std::string out(uri);
  out += uri.find('?') == std::string_view::npos ? '?' : '&';
  return out + common::encode_form(fields);
}

}  // namespace waf
