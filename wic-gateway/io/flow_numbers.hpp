// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "ims-interface/flow_peer.hpp"

namespace wic::io {

/// Flow numbers are unique in the process, so that logs of several workers can be read together and
/// web clients and phones of one worker share a table.
[[nodiscard]] inline ims::FlowId next_flow() {
  static std::atomic<std::uint64_t> last{0};
  return ims::FlowId{++last};
}

}  // namespace wic::io
