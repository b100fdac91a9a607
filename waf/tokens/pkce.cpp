// SPDX-License-Identifier: Apache-2.0
#include "waf/tokens/pkce.hpp"

#include <algorithm>

#include "common/encoding.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

}  // namespace

bool is_code_challenge(std::string_view text) {
  return text.size() == 43 && common::base64url_decode(text).has_value();
}

bool is_code_verifier(std::string_view text) {
  return text.size() >= 43 && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
         });
}

bool code_verifier_matches(std::string_view verifier, std::string_view challenge) {
  return is_code_verifier(verifier) && common::equal_secrets(digest_of(verifier), challenge);
}

}  // namespace waf
