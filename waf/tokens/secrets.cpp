// SPDX-License-Identifier: Apache-2.0
#include "waf/tokens/secrets.hpp"

#include "common/digest.hpp"
#include "common/encoding.hpp"

namespace waf {

std::string digest_of(std::string_view secret) {
  return common::base64url_encode(common::sha256(secret));
}

std::string keyed_digest(std::string_view key, std::string_view purpose, std::string_view text) {
  std::string message(purpose);
  message += '\0';
  message += text;
  return common::base64url_encode(common::hmac_sha256(key, message));
}

}  // namespace waf
