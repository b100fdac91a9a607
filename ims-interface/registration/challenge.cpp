// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/challenge.hpp"

#include "ims-interface/sip/text.hpp"

namespace ims {

std::string bearer_challenge(const Policy& policy, std::string_view error) {
  std::string scopes;
  for (const std::string& scope : policy.register_scopes) {
    if (!scopes.empty()) scopes += ' ';
    scopes += scope;
  }
  std::string out = "Bearer realm=" + sip::quote(policy.home_domain) +
                    ", authz_server=" + sip::quote(policy.authz_server);
  if (!scopes.empty()) out += ", scope=" + sip::quote(scopes);
  if (!error.empty()) out += ", error=" + sip::quote(error);
  return out;
}

}  // namespace ims
