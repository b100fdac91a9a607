// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sip/errc.hpp"

#include "common/result.hpp"

namespace ims::sip {

std::string_view name_of(Errc code) {
  switch (code) {
    case Errc::too_large:
      return "message too large";
    case Errc::too_many_headers:
      return "too many headers";
    case Errc::line_too_long:
      return "line too long";
    case Errc::forbidden_character:
      return "forbidden character";
    case Errc::invalid_utf8:
      return "invalid UTF-8";
    case Errc::malformed_start_line:
      return "malformed start line";
    case Errc::unsupported_version:
      return "unsupported SIP version";
    case Errc::malformed_header:
      return "malformed header";
    case Errc::missing_header:
      return "missing header";
    case Errc::repeated_header:
      return "repeated header";
    case Errc::length_mismatch:
      return "Content-Length does not fit the body";
    case Errc::trailing_bytes:
      return "bytes behind the message";
    case Errc::incomplete:
      return "message incomplete";
    case Errc::malformed_uri:
      return "malformed URI";
    case Errc::malformed_value:
      return "malformed header value";
    case Errc::encrypted_body:
      return "encrypted body";
    case Errc::no_announcements:
      return "no announcements";
  }
  return "unknown";
}

std::error_code make_error_code(Errc code) {
  static const common::EnumCategory<Errc> category("sip");
  return {static_cast<int>(code), category};
}

}  // namespace ims::sip
