// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.hpp"

namespace ims::sip {

/// A SIP, SIPS, tel or other URI, cut but not resolved. Scheme and host are lower case.
struct Uri {
  std::string scheme;
  std::string user;        // unescaped; tel: the digits; empty when there is none
  std::string host;        // empty for tel and urn
  std::uint16_t port = 0;  // 0: none
  std::string parameters;  // with the leading ';'
  std::string headers;     // with the leading '?'

  [[nodiscard]] static common::Result<Uri> parse(std::string_view text);
  [[nodiscard]] bool is_sip() const { return scheme == "sip" || scheme == "sips"; }
  /// Value of a URI parameter ("" when it has none); nothing when it is missing.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
  void remove_parameter(std::string_view name);
  [[nodiscard]] std::string to_string() const;
};

/// The form in which two addresses of record are compared (token-auth 6.3): sips as sip, host in
/// lower case, no port, parameters or headers; tel (and sip with user=phone is left a SIP URI) by
/// its digits. Empty when the text is no address of record.
[[nodiscard]] std::string normalized_aor(std::string_view uri);

}  // namespace ims::sip
