// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/endpoint.hpp"
#include "common/result.hpp"

namespace common {

/// A range of addresses: "192.0.2.0/24", "2001:db8::/32"; a bare address is itself alone.
struct IpPrefix {
  IpAddress address;
  unsigned length = 0;  // bits

  bool operator==(const IpPrefix&) const = default;

  /// Bits beyond the length must be zero: "192.0.2.1/24" is more likely a mistake than a wish.
  [[nodiscard]] static Result<IpPrefix> parse(std::string_view text);
  [[nodiscard]] bool contains(const IpAddress& other) const;
  [[nodiscard]] std::string to_string() const;
};

[[nodiscard]] bool contains(const std::vector<IpPrefix>& prefixes, const IpAddress& address);

}  // namespace common
