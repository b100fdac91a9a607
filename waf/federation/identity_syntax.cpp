// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/identity_syntax.hpp"

#include <algorithm>

#include "waf/federation/errc.hpp"

namespace waf::federation {
namespace {

using common::fail;
using common::Result;

constexpr std::size_t max_user = 64;
constexpr std::size_t least_digits = 3;
constexpr std::size_t most_digits = 15;  // E.164

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_user(std::string_view text) {
  return !text.empty() && text.size() <= max_user &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
                  c == '_' || c == '-' || c == '+' || c == '~';
         });
}

Result<void> check_address(std::string_view text, const std::vector<std::string>& domains) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || !is_user(text.substr(0, at))) {
    return fail(Errc::malformed_identity, std::string(text));
  }
  if (std::find(domains.begin(), domains.end(), text.substr(at + 1)) == domains.end()) {
    return fail(Errc::unserved_domain, std::string(text));
  }
  return {};
}

}  // namespace

Result<void> check_impi(std::string_view text, const std::vector<std::string>& domains) {
  return check_address(text, domains);
}

Result<void> check_impu(std::string_view text, const std::vector<std::string>& domains) {
  if (text.starts_with("sip:")) return check_address(text.substr(4), domains);
  if (!text.starts_with("tel:+")) return fail(Errc::malformed_identity, std::string(text));
  const std::string_view digits = text.substr(5);
  const bool good = digits.size() >= least_digits && digits.size() <= most_digits &&
                    std::all_of(digits.begin(), digits.end(), is_digit);
  if (!good) return fail(Errc::malformed_identity, std::string(text));
  return {};
}

}  // namespace waf::federation
