// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ims-interface/flow_peer.hpp"
#include "ims-interface/policy.hpp"

namespace ims {

/// The scopes that a REGISTER of that client's token must have.
[[nodiscard]] const std::vector<std::string>& register_scopes(const FlowPeer& peer,
                                                              const Policy& policy);

/// Value of WWW-Authenticate (RFC 8898 section 4): realm, authz_server, scope and, when a token was
/// presented, the error ("" for none: B05).
[[nodiscard]] std::string bearer_challenge(const Policy& policy,
                                           const std::vector<std::string>& scopes,
                                           std::string_view error);

/// The challenges for a client of that flow, in the order of token-auth 1.3: web clients Bearer
/// alone; phones Digest by preference, Bearer last, since old ones read the first header only.
/// Empty: the listener takes no credentials at all.
[[nodiscard]] std::vector<std::string> challenges_for(const FlowPeer& peer, const Policy& policy,
                                                      std::string_view nonce, bool stale,
                                                      std::string_view error);

}  // namespace ims
