// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ims {

/// One registration at this gateway: a user's instance-id and reg-id, whatever connection carries
/// it at the moment.
struct RegistrationId {
  std::uint64_t value = 0;
  auto operator<=>(const RegistrationId&) const = default;
};

/// Makes and checks the user part of our Path and Record-Route URIs: a registration's id under a
/// MAC (REG-12). It names the registration and not the socket, so that what the core sends follows
/// the newest live flow of that instance (RFC 5626 5.1; in-dialog requests after a reconnect).
class FlowTokens {
 public:
  using Key = std::array<std::byte, 32>;

  enum class Use : std::uint8_t {
    path = 1,          // terminating requests, Path
    dialog = 2,        // Record-Route
    subscription = 3,  // Contact of our reg-event subscription
  };

  explicit FlowTokens(const Key& key) : key_(key) {}

  [[nodiscard]] std::string make(Use use, RegistrationId registration) const;
  /// Nothing when the token was not made with our key for that use (C-088).
  [[nodiscard]] std::optional<RegistrationId> open(Use use, std::string_view token) const;

 private:
  Key key_;
};

}  // namespace ims
