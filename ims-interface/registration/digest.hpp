// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ims-interface/code_exchange.hpp"
#include "ims-interface/phone_access.hpp"
#include "ims-interface/sip/message.hpp"

namespace ims {

/// What a request says in a Digest header for our realm (RFC 3261 22.4, RFC 8760). Only the shape
/// is checked: whose nonce it is and whether the response fits, others know.
struct DigestCredentials {
  enum class State : std::uint8_t { absent, malformed, present };
  State state = State::absent;
  std::string username;
  std::string uri;
  std::string nonce;
  std::string nc;           // eight hexadecimal digits
  std::uint32_t count = 0;  // the same as a number
  std::string cnonce;
  std::string response;
  DigestAlgorithm algorithm = DigestAlgorithm::md5;
};

/// Reads Authorization or, for other requests than REGISTER, also Proxy-Authorization. Credentials
/// for another realm do not count, nor does any other scheme. Malformed are: two of our realm, a
/// repeated or missing parameter, no qop, an algorithm that nobody offered, and lengths out of
/// bounds.
[[nodiscard]] DigestCredentials read_digest(const sip::Message& request, std::string_view realm);

/// The same for one header value.
[[nodiscard]] DigestCredentials read_digest_value(std::string_view value, std::string_view realm);

/// What the WAF needs to judge present credentials of a request with this method; whose phone it is
/// and on which flow is left to the caller.
[[nodiscard]] CodeProof proof_of(const DigestCredentials& digest, std::string method);

/// Value of WWW-Authenticate or Proxy-Authenticate; always with qop (B20).
[[nodiscard]] std::string digest_challenge(DigestAlgorithm algorithm, std::string_view realm,
                                           std::string_view nonce, bool stale);

}  // namespace ims
