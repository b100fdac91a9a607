// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace waf::federation {

/// What somebody else says about a user, as texts: claims of an ID token or attributes of a
/// directory entry. A name may have several values (groups).
using Claims = std::map<std::string, std::vector<std::string>, std::less<>>;

/// A claims object: texts, numbers and booleans as text, arrays of them as several values, members
/// of objects under "outer.inner". Anything else, and what is longer than 1024 octets, is left out.
[[nodiscard]] Claims claims_of(const nlohmann::json& object);

/// The only value of a claim; nothing when it has none or several.
[[nodiscard]] std::optional<std::string> single_claim(const Claims& claims, std::string_view name);

}  // namespace waf::federation
