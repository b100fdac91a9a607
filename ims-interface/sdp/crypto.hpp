// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ims-interface/sdp/model.hpp"
#include "ims-interface/sdp/negotiation.hpp"

/// a=crypto lines (RFC 4568, suites of RFC 7714 too). Never logged: a line holds a key.
namespace ims::sdp {

struct CryptoLine {
  std::string tag;
  CryptoKey key;
};

/// One line's value. Nothing for what we cannot do exactly as it says: unknown suites, MKI, several
/// keys, unencrypted or unauthenticated streams, key derivation rates, parameters that must be
/// understood.
[[nodiscard]] std::optional<CryptoLine> parse_crypto(std::string_view value);

/// The usable line whose suite stands first in `suites`.
[[nodiscard]] std::optional<CryptoLine> choose_crypto(const Attributes& attributes,
                                                      const std::vector<std::string>& suites);

[[nodiscard]] Attribute crypto_attribute(std::string_view tag, const CryptoKey& key);

}  // namespace ims::sdp
