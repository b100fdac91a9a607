// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "common/endpoint.hpp"
#include "waf/grants/parameters.hpp"
#include "waf/store/records.hpp"
#include "waf/tokens/sender_proof.hpp"

namespace waf {

/// A request at a back-channel endpoint whose client is authenticated.
struct TokenRequest {
  Parameters parameters;
  Client client;
  SenderProof proof;
  common::Endpoint peer;
};

}  // namespace waf
