// SPDX-License-Identifier: Apache-2.0
#include "media/relay/datagram.hpp"

namespace media::relay {

std::string_view name_of(DropReason reason) {
  static constexpr std::array<std::string_view, drop_reasons> names{
      "malformed",       "unknown_source", "unknown_ufrag",  "path_in_use",  "not_keyed",
      "unauthenticated", "replayed",       "foreign_source", "unmapped",     "held",
      "unconnected",     "keepalive",      "ended_here",     "consent_lost", "exhausted"};
  return names[static_cast<std::size_t>(reason)];
}

}  // namespace media::relay
