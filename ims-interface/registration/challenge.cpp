// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/challenge.hpp"

#include "ims-interface/phone_access.hpp"
#include "ims-interface/registration/digest.hpp"
#include "ims-interface/sip/text.hpp"

namespace ims {

const std::vector<std::string>& register_scopes(const FlowPeer& peer, const Policy& policy) {
  return peer.is_phone() ? policy.phone_scopes : policy.register_scopes;
}

std::string bearer_challenge(const Policy& policy, const std::vector<std::string>& wanted,
                             std::string_view error) {
  std::string scopes;
  for (const std::string& scope : wanted) {
    if (!scopes.empty()) scopes += ' ';
    scopes += scope;
  }
  std::string out = "Bearer realm=" + sip::quote(policy.home_domain) +
                    ", authz_server=" + sip::quote(policy.authz_server);
  if (!scopes.empty()) out += ", scope=" + sip::quote(scopes);
  if (!error.empty()) out += ", error=" + sip::quote(error);
  return out;
}

std::vector<std::string> challenges_for(const FlowPeer& peer, const Policy& policy,
                                        std::string_view nonce, bool stale,
                                        std::string_view error) {
  std::vector<std::string> out;
  if (peer.is_phone() && peer.access->takes_codes_from(peer.address.address)) {
    for (const DigestAlgorithm algorithm : peer.access->digest) {
      out.push_back(digest_challenge(algorithm, policy.home_domain, nonce, stale));
    }
  }
  if (!peer.is_phone() || peer.access->tokens)
    out.push_back(bearer_challenge(policy, register_scopes(peer, policy), error));
  return out;
}

}  // namespace ims
