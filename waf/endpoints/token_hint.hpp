// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "waf/endpoints/context.hpp"

namespace waf {

/// What an id_token_hint proves. It may have expired; its signature and issuer must be ours.
struct TokenHint {
  std::string user_id;
  std::string client_id;
  std::string sid;
};

[[nodiscard]] std::optional<TokenHint> read_token_hint(const EndpointContext& context,
                                                       const std::string& id_token);
[[nodiscard]] std::optional<std::string> hinted_user(const EndpointContext& context,
                                                     const std::string& id_token);

}  // namespace waf
