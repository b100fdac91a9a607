// SPDX-License-Identifier: Apache-2.0
#include "waf/accounts/password_policy.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "waf/tokens/password_hash.hpp"

namespace waf {
namespace {

/// Of eight characters and more: shorter ones are refused anyway.
constexpr std::array<std::string_view, 50> tried_first = {
    "12345678",      "123456789",  "1234567890", "password",   "password1",  "password12",
    "password123",   "passw0rd",   "p@ssw0rd",   "p@ssword",   "qwertyui",   "qwertyuiop",
    "qwerty123",     "qwerty12",   "qwertz123",  "1q2w3e4r",   "1q2w3e4r5t", "1qaz2wsx",
    "iloveyou",      "sunshine",   "princess",   "football",   "baseball",   "superman",
    "welcome1",      "welcome123", "letmein1",   "letmein123", "trustno1",   "starwars",
    "whatever",      "computer",   "internet",   "changeme",   "changeme1",  "changeme123",
    "administrator", "admin123",   "admin1234",  "default1",   "asdfghjk",   "asdfghjkl",
    "zxcvbnm1",      "abcd1234",   "abc12345",   "11111111",   "00000000",   "88888888",
    "87654321",      "9876543210"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

std::optional<PasswordFault> fault_of(std::string_view password, std::string_view user_name) {
  if (!is_acceptable_password(password)) {
    return password.size() < 64 ? PasswordFault::too_short : PasswordFault::too_long;
  }
  const std::string text = lower(password);
  if (text == user_name) return PasswordFault::like_name;
  if (std::find(tried_first.begin(), tried_first.end(), text) != tried_first.end() ||
      text.find_first_not_of(text.front()) == std::string::npos) {
    return PasswordFault::common;
  }
  return std::nullopt;
}

}  // namespace waf
