// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/result.hpp"

namespace waf::webauthn {

struct CborValue;
/// Keys are integers or texts; no other kinds stand in what authenticators send.
using CborKey = std::variant<std::int64_t, std::string>;
using CborMap = std::map<CborKey, CborValue>;
using CborArray = std::vector<CborValue>;
using CborBytes = std::vector<std::byte>;

/// One data item of CBOR (RFC 8949), as far as WebAuthn uses it: definite lengths, no tags, no
/// floating point.
struct CborValue {
  std::variant<std::monostate, bool, std::int64_t, CborBytes, std::string, CborArray, CborMap>
      value;

  [[nodiscard]] const CborMap* map() const { return std::get_if<CborMap>(&value); }
  [[nodiscard]] const CborBytes* bytes() const { return std::get_if<CborBytes>(&value); }
  [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&value); }
  [[nodiscard]] const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value); }
};

/// The member of a map; null when it is missing or this is no map.
[[nodiscard]] const CborValue* find(const CborValue& map, const CborKey& key);

/// Reads one item from the front of `input` and moves `input` behind it. Strict: shortest lengths,
/// no repeated keys, UTF-8 texts, at most 8 levels and 64 items a container (CTAP2 canonical form).
[[nodiscard]] common::Result<CborValue> read_cbor(std::span<const std::byte>& input);
/// The same for input that holds exactly one item.
[[nodiscard]] common::Result<CborValue> parse_cbor(std::span<const std::byte> input);

}  // namespace waf::webauthn
