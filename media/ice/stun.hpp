// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "common/endpoint.hpp"
#include "common/result.hpp"

/// STUN for ICE (RFC 8489, RFC 8445): the Binding method, short-term credentials.
namespace media::ice {

using TransactionId = std::array<std::byte, 12>;

enum class StunClass : std::uint8_t { request, indication, success, error };

/// RFC 8489 section 14.8 and RFC 8445 section 7.3.1.1.
enum class StunError : std::uint16_t {
  bad_request = 400,
  unauthenticated = 401,
  unknown_attribute = 420,
  role_conflict = 487,
};

/// A parsed Binding message: views into the datagram it was parsed from, which must stay as it is
/// while it is used. Parsing checks shape and FINGERPRINT, not MESSAGE-INTEGRITY.
class StunMessage {
 public:
  /// Fails on anything but one whole Binding message with a right FINGERPRINT at its end.
  [[nodiscard]] static common::Result<StunMessage> parse(std::span<const std::byte> datagram);

  StunClass kind = StunClass::request;
  TransactionId transaction{};
  std::string_view username;
  bool has_username = false;
  bool has_integrity = false;
  bool use_candidate = false;
  std::optional<std::uint32_t> priority;
  std::optional<std::uint64_t> controlling;  // tie-breaker
  std::optional<std::uint64_t> controlled;
  std::optional<common::Endpoint> mapped_address;
  std::optional<std::uint16_t> error_code;
  /// First comprehension-required attributes that we do not know (RFC 8489 6.3.1: answer 420).
  std::array<std::uint16_t, 4> unknown{};
  std::size_t unknown_count = 0;

  /// True when MESSAGE-INTEGRITY is there and made with `password`.
  [[nodiscard]] bool authenticated_by(std::string_view password) const;

 private:
  std::span<const std::byte> datagram_;
  std::size_t integrity_offset_ = 0;
};

/// Writes one STUN message into a caller's buffer: header, attributes, then finish(). A message
/// that does not fit gives an empty span.
class StunWriter {
 public:
  StunWriter(std::span<std::byte> buffer, StunClass kind, const TransactionId& transaction);

  void username(std::string_view name);
  void priority(std::uint32_t value);
  void use_candidate();
  void controlling(std::uint64_t tie_breaker);
  void controlled(std::uint64_t tie_breaker);
  void xor_mapped_address(const common::Endpoint& endpoint);
  void error(StunError code, std::string_view reason);
  void unknown_attributes(std::span<const std::uint16_t> types);

  /// Adds MESSAGE-INTEGRITY (unless `password` is empty) and FINGERPRINT.
  [[nodiscard]] std::span<std::byte> finish(std::string_view password);

 private:
  [[nodiscard]] std::span<std::byte> attribute(std::uint16_t type, std::size_t length);
  void set_length(std::size_t total);

  std::span<std::byte> buffer_;
  std::size_t size_ = 0;
  bool overflow_ = false;
};

}  // namespace media::ice
