// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.hpp"

namespace common {

/// An IPv4 or IPv6 address, network byte order; IPv4 uses the first four octets.
struct IpAddress {
  enum class Family : std::uint8_t { v4, v6 };

  Family family = Family::v4;
  std::array<std::uint8_t, 16> octets{};

  auto operator<=>(const IpAddress&) const = default;

  [[nodiscard]] static Result<IpAddress> parse(std::string_view text);  // literal only, no names
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] bool is_v6() const { return family == Family::v6; }
  [[nodiscard]] bool is_unspecified() const { return octets == std::array<std::uint8_t, 16>{}; }
  [[nodiscard]] bool is_loopback() const;
};

/// Transport address: where a datagram or connection comes from or goes to.
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;  // host byte order

  auto operator<=>(const Endpoint&) const = default;

  /// "192.0.2.1:5060" or "[2001:db8::1]:5060".
  [[nodiscard]] static Result<Endpoint> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;
};

}  // namespace common

template <>
struct std::hash<common::Endpoint> {
  std::size_t operator()(const common::Endpoint& endpoint) const noexcept;
};
