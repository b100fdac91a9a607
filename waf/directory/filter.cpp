// SPDX-License-Identifier: Apache-2.0
#include "waf/directory/filter.hpp"

#include "common/encoding.hpp"

namespace waf::directory {
namespace {

bool is_plain(char c) {
  return c > 0x20 && c < 0x7f && c != '*' && c != '(' && c != ')' && c != '\\';
}

}  // namespace

std::string escape_filter_value(std::string_view value) {
  std::string out;
  for (const char& c : value) {
    if (is_plain(c)) {
      out += c;
    } else {
      out += "\\" + common::hex_encode(common::bytes_of(std::string_view(&c, 1)));
    }
  }
  return out;
}

std::string fill_filter(std::string_view filter, std::string_view placeholder,
                        std::string_view value) {
  const std::string escaped = escape_filter_value(value);
  std::string out;
  while (true) {
    const std::size_t at = filter.find(placeholder);
    out += filter.substr(0, at);
    if (at == std::string_view::npos) return out;
    out += escaped;
    filter.remove_prefix(at + placeholder.size());
  }
}

std::optional<std::string> first_rdn_value(std::string_view dn) {
  const std::size_t equals = dn.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  std::string out;
  for (std::size_t at = equals + 1; at < dn.size(); ++at) {
    if (dn[at] == ',' || dn[at] == '+') break;
    if (dn[at] != '\\') {
      out += dn[at];
      continue;
    }
    const auto hex = common::hex_decode(dn.substr(at + 1, 2));
    if (hex && hex->size() == 1) {
      out += common::text_of(*hex);
      at += 2;
    } else if (at + 1 < dn.size()) {
      out += dn[++at];
    }
  }
  return out.empty() ? std::nullopt : std::optional(out);
}

}  // namespace waf::directory
