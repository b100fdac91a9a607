// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "common/jose/jwk.hpp"
#include "common/jose/jws.hpp"
#include "common/result.hpp"
#include "common/time.hpp"

namespace waf {

inline constexpr std::string_view assertion_type =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A client assertion (private_key_jwt) taken apart; nothing of it is trusted yet.
struct ClientAssertion {
  common::jose::ParsedJws jws;
  std::string client_id;  // iss and sub, which are the same
  std::string id;         // jti
  common::SystemTime expires_at{};
};

/// Reads the assertion and checks all that needs no key: iss = sub, jti there, this server the only
/// audience, a life of at most a minute (token-auth 4.2). Errc::invalid_client otherwise.
[[nodiscard]] common::Result<ClientAssertion> read_client_assertion(std::string_view assertion,
                                                                    std::string_view issuer,
                                                                    common::SystemTime now);

/// Whether one of the client's keys made it: the one named by kid, or any of the algorithm.
enum class AssertionKey { good, unknown, wrong };
[[nodiscard]] AssertionKey check_signature(const ClientAssertion& assertion,
                                           const common::jose::KeySet& keys);

}  // namespace waf
