// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/errc.hpp"

#include "common/result.hpp"

namespace ims::sdp {

std::string_view name_of(Errc code) {
  switch (code) {
    case Errc::body_too_large:
      return "body too large";
    case Errc::too_many_lines:
      return "too many lines";
    case Errc::line_too_long:
      return "line too long";
    case Errc::too_many_media:
      return "too many media sections";
    case Errc::malformed_line:
      return "malformed line";
    case Errc::unexpected_line:
      return "unexpected line";
    case Errc::missing_line:
      return "missing line";
    case Errc::media_mismatch:
      return "media sections do not match";
    case Errc::no_usable_media:
      return "no usable media";
    case Errc::offer_outstanding:
      return "offer outstanding";
    case Errc::wrong_step:
      return "wrong step of offer/answer";
    case Errc::missing_anchor:
      return "missing anchor";
  }
  return "unknown";
}

std::error_code make_error_code(Errc code) {
  static const common::EnumCategory<Errc> category("sdp");
  return {static_cast<int>(code), category};
}

}  // namespace ims::sdp
