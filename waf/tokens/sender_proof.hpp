// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace waf {

/// What the sender of a request proved to hold; tokens given to it are bound to that ("cnf").
struct SenderProof {
  std::string certificate_thumbprint;  // x5t#S256 of RFC 8705; empty without a client certificate
  std::string key_thumbprint;          // jkt of RFC 9449; empty without a DPoP proof
};

}  // namespace waf
