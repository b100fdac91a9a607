// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "waf/store/records.hpp"

namespace waf {

/// What `waf keys list` and the admin API call a key's state.
[[nodiscard]] constexpr std::string_view key_state(const KeyRecord& key, SystemTime now) {
  if (key.publish_until <= now) return "gone";
  if (key.retired) return "retired";
  return key.sign_from > now ? "to come" : "published";
}

}  // namespace waf
