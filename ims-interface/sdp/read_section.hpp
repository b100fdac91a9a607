// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "ims-interface/sdp/stream.hpp"

namespace ims::sdp {

/// One m-section of a body, and what it is read for.
struct Section {
  const Description& description;
  const Media& media;
  Side from;
  bool is_answer;
};

/// Reads a section that its sender wants carried (port not 0) into `stream`; why not, otherwise.
[[nodiscard]] std::optional<Refusal> read_section(const Section& section, const Policy& policy,
                                                  Stream& stream);

}  // namespace ims::sdp
