// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/ip_prefix.hpp"

namespace ims::sdp {
enum class PhoneOffer : std::uint8_t;
}

namespace ims {

/// Digest algorithms that the WAF can verify (RFC 8760).
enum class DigestAlgorithm : std::uint8_t { sha256, sha512_256, md5 };

/// "SHA-256", "SHA-512-256", "MD5".
[[nodiscard]] std::string_view digest_name(DigestAlgorithm algorithm);

/// What one listener for phones takes as credentials (token-auth 1.3, 3.1, 3.5).
struct PhoneAccess {
  /// Access tokens (RFC 8898); false on UDP and TCP, where a token would be readable by anybody.
  bool tokens = false;
  /// Challenges for an access code as password, in this order, before the Bearer challenge.
  std::vector<DigestAlgorithm> digest;
  /// Access codes as form body of REGISTER.
  bool body_codes = false;
  /// Networks that codes are taken from; empty: any. On a clear transport never empty.
  std::vector<common::IpPrefix> code_networks;
  /// Fewest digits of a code that can be seen here.
  std::size_t least_code_digits = 8;
  /// Also ask requests other than REGISTER for credentials (407, RFC 8898 2.3).
  bool challenge_requests = false;
  /// What is dialled in front of a code by a phone that has only a device identity: "*55*".
  /// Empty: no star codes.
  std::string star_prefix;
  /// User parts of such device identities; a '*' at the end stands for any rest.
  std::vector<std::string> star_devices;
  /// What its phones are offered as media; empty: what all phones are.
  std::optional<sdp::PhoneOffer> media_offer = {};

  [[nodiscard]] bool takes_codes_from(const common::IpAddress& address) const {
    return code_networks.empty() || common::contains(code_networks, address);
  }
};

}  // namespace ims
