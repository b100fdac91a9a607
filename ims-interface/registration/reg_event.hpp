// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.hpp"

namespace ims {

/// One contact of a reginfo document.
struct RegInfoContact {
  std::string uri;
  bool active = true;
  std::string event;  // "expired", "deactivated", "rejected", "unregistered", "shortened", …
  std::optional<std::uint32_t> expires;
};

/// One registration (address of record) of a reginfo document.
struct RegInfoRegistration {
  std::string aor;
  std::string state;  // "init", "active", "terminated"
  std::vector<RegInfoContact> contacts;
};

/// Reads application/reginfo+xml (RFC 3680): a small scanner for elements and attributes, no
/// entities of a document type, bounded in every direction. Namespace prefixes are ignored.
[[nodiscard]] common::Result<std::vector<RegInfoRegistration>> parse_reginfo(std::string_view xml);

}  // namespace ims
