// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "common/result.hpp"
#include "ims-interface/sip/name_addr.hpp"

namespace ims::sip {

/// One Via value.
struct Via {
  std::string transport;  // "WSS"
  std::string sent_by;    // "host[:port]"
  Parameters parameters;

  [[nodiscard]] static common::Result<Via> parse(std::string_view value);
  [[nodiscard]] std::string branch() const { return parameters.get("branch").value_or(""); }
  [[nodiscard]] std::string to_string() const;
};

}  // namespace ims::sip
