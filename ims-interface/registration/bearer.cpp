// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/bearer.hpp"

#include <algorithm>

#include "ims-interface/sip/text.hpp"

namespace ims {
namespace {

using State = BearerCredentials::State;

bool is_token68(std::string_view text) {
  const auto end = text.find_last_not_of('=');
  if (end == std::string_view::npos) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end) + 1, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~+/").find(c) != std::string_view::npos;
  });
}

bool is_quoted(std::string_view text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"';
}

/// Only token characters may stand in the quotes: no escape can smuggle anything further.
BearerCredentials token_found(std::string token) {
  if (token.empty() || token.size() > longest_token || !is_token68(token)) {
    return {State::malformed, {}};
  }
  return {State::present, std::move(token)};
}

}  // namespace

BearerCredentials read_bearer_value(std::string_view value) {
  value = sip::trim(value);
  const auto space = value.find_first_of(" \t");
  if (!sip::equal_ignoring_case(value.substr(0, space), "Bearer")) return {};
  if (space == std::string_view::npos) return {State::malformed, {}};
  const auto items = sip::split(value.substr(space), ',');

  std::string token;
  std::size_t found = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string_view item = items[i];
    const auto equals = item.find('=');
    const std::string_view name = sip::trim(item.substr(0, equals));
    // A b64token may end in '=': only a quoted value makes the first item a parameter.
    const bool parameter = equals != std::string_view::npos &&
                           (i > 0 || is_quoted(sip::trim(item.substr(equals + 1))));
    if (!parameter) {
      if (i > 0) return {State::malformed, {}};
      token = item;
      ++found;
    } else if (sip::equal_ignoring_case(name, "access_token") ||
               sip::equal_ignoring_case(name, "token")) {
      token = sip::unquote(sip::trim(item.substr(equals + 1)));
      ++found;
    }
  }
  if (found != 1) return {State::malformed, {}};
  return token_found(std::move(token));
}

BearerCredentials read_bearer(const sip::Message& request) {
  BearerCredentials result;
  for (const sip::Header& header : request.headers()) {
    const bool counts = header.name == "Authorization" ||
                        (header.name == "Proxy-Authorization" && !request.is("REGISTER"));
    if (!counts) continue;
    BearerCredentials read = read_bearer_value(header.value);
    if (read.state == State::absent) continue;
    if (result.state != State::absent) return {State::malformed, {}};
    result = std::move(read);
  }
  return result;
}

}  // namespace ims
