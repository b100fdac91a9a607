// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sip/name_addr.hpp"

#include "ims-interface/sip/errc.hpp"
#include "ims-interface/sip/text.hpp"

namespace ims::sip {

Parameters Parameters::parse(std::string_view text) {
  Parameters out;
  for (const std::string_view part : split(text, ';')) {
    if (part.empty()) continue;
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) {
      out.list_.emplace_back(part, "");
    } else {
      out.list_.emplace_back(trim(part.substr(0, equals)), trim(part.substr(equals + 1)));
    }
  }
  return out;
}

std::optional<std::string> Parameters::get(std::string_view name) const {
  for (const auto& [key, value] : list_) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

void Parameters::set(std::string_view name, std::string value) {
  for (auto& [key, old] : list_) {
    if (equal_ignoring_case(key, name)) {
      old = std::move(value);
      return;
    }
  }
  list_.emplace_back(name, std::move(value));
}

void Parameters::remove(std::string_view name) {
  std::erase_if(list_, [&](const auto& entry) { return equal_ignoring_case(entry.first, name); });
}

std::string Parameters::to_string() const {
  std::string out;
  for (const auto& [key, value] : list_) {
    out += ";" + key;
    if (!value.empty()) out += "=" + value;
  }
  return out;
}

common::Result<NameAddr> NameAddr::parse(std::string_view value) {
  NameAddr out;
  value = trim(value);
  const auto open = find_open_bracket(value);
  if (open == std::string_view::npos) {
    // Without <> everything behind the first ';' belongs to the header (RFC 3261 20).
    const auto semicolon = value.find(';');
    out.uri = trim(value.substr(0, semicolon));
    if (semicolon != std::string_view::npos) {
      out.parameters = Parameters::parse(value.substr(semicolon));
    }
  } else {
    const auto close = value.find('>', open);
    if (close == std::string_view::npos) return common::fail(Errc::malformed_value);
    out.display = trim(value.substr(0, open));
    out.uri = trim(value.substr(open + 1, close - open - 1));
    const std::string_view rest = trim(value.substr(close + 1));
    if (!rest.empty() && rest.front() != ';') return common::fail(Errc::malformed_value);
    out.parameters = Parameters::parse(rest);
  }
  if (out.uri.empty() || out.uri.find_first_of("<>\" \t") != std::string::npos) {
    return common::fail(Errc::malformed_value);
  }
  return out;
}

std::string NameAddr::to_string() const {
  std::string out = display;
  if (!out.empty()) out += ' ';
  return out + "<" + uri + ">" + parameters.to_string();
}

}  // namespace ims::sip
