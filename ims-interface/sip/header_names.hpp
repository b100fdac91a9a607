// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace ims::sip {

/// The usual spelling of a header name; compact forms are expanded ("v" -> "Via").
[[nodiscard]] std::string canonical_name(std::string_view name);

/// The compact form of such a name, or the name itself when it has none.
[[nodiscard]] std::string_view compact_name(std::string_view canonical);

/// Headers of which a message may carry one at most (RFC 3261 table 2 and later ones).
[[nodiscard]] bool is_single(std::string_view canonical);

}  // namespace ims::sip
