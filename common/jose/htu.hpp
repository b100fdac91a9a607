// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace common::jose {

/// A request's address as DPoP compares it (RFC 9449 section 4.3): without query and fragment, and
/// in the normal form of RFC 3986 sections 6.2.2 and 6.2.3 (case of scheme and host, percent
/// escapes, dot segments, default port, empty path). A SIP or SIPS URI loses its headers and has
/// its scheme and host in lower case. Nothing for a text that is no absolute http, https, sip or
/// sips URI, or that carries user information where HTTP allows none.
[[nodiscard]] std::optional<std::string> normalised_htu(std::string_view uri);

}  // namespace common::jose
