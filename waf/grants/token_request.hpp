// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "common/endpoint.hpp"
#include "waf/grants/parameters.hpp"
#include "waf/store/records.hpp"
#include "waf/tokens/sender_proof.hpp"

namespace waf {

/// A request at a back-channel endpoint whose client is authenticated.
struct TokenRequest {
  TokenRequest(Parameters given, std::shared_ptr<const Client> who, SenderProof proven,
               common::Endpoint from)
      : parameters(std::move(given)),
        held(std::move(who)),
        client(*held),
        proof(std::move(proven)),
        peer(from) {}

  Parameters parameters;
  std::shared_ptr<const Client> held;  // shared with the cache of clients
  const Client& client;
  SenderProof proof;
  common::Endpoint peer;
};

}  // namespace waf
