// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <system_error>

namespace ims::sip {

/// Why bytes from a peer are not a SIP message we are willing to look at.
enum class Errc {
  too_large = 1,
  too_many_headers,
  line_too_long,
  forbidden_character,  // NUL, bare CR or LF, other control characters
  invalid_utf8,
  malformed_start_line,
  unsupported_version,
  malformed_header,
  missing_header,   // Via, From, To, Call-ID, CSeq
  repeated_header,  // a header that may stand once stands twice
  length_mismatch,  // Content-Length against the bytes that are there
  trailing_bytes,   // a second message, or rubbish, behind the first
  incomplete,       // no empty line behind the headers
  malformed_uri,
  malformed_value,   // a header field value that its grammar does not allow
  encrypted_body,    // SES-28
  no_announcements,  // a call would have to be answered here, and nothing can be played
};

[[nodiscard]] std::string_view name_of(Errc code);
[[nodiscard]] std::error_code make_error_code(Errc code);

}  // namespace ims::sip

template <>
struct std::is_error_code_enum<ims::sip::Errc> : std::true_type {};
