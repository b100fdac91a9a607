// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waf {

/// The algorithms of RFC 8760.
enum class DigestAlgorithm : std::uint8_t { md5, sha256, sha512_256 };

[[nodiscard]] std::string_view name_of(DigestAlgorithm algorithm);
[[nodiscard]] std::optional<DigestAlgorithm> digest_algorithm_from(std::string_view name);
/// Hexadecimal digits of its response.
[[nodiscard]] std::size_t response_length(DigestAlgorithm algorithm);

/// What a phone sent in its Authorization header, qop=auth (RFC 7616 section 3.4).
struct DigestProof {
  DigestAlgorithm algorithm = DigestAlgorithm::sha256;
  std::string nonce;
  std::string nc;
  std::string cnonce;
  std::string uri;
  std::string method;
  std::string response;
};

/// HA1 = H(user name:realm:password) in lower-case hex; a secret as good as the password.
[[nodiscard]] std::string ha1_of(DigestAlgorithm algorithm, std::string_view user_name,
                                 std::string_view realm, std::string_view password);
[[nodiscard]] std::string response_of(const DigestProof& proof, std::string_view ha1);
/// Compares in constant time; digits A-F may be in either case.
[[nodiscard]] bool proves(const DigestProof& proof, std::string_view ha1);

}  // namespace waf
