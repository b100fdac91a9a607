// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <system_error>

namespace ims::sdp {

/// Why a body could not be read or an offer/answer step not be made.
enum class Errc {
  body_too_large = 1,
  too_many_lines,
  line_too_long,
  too_many_media,
  malformed_line,   // the detail names the line
  unexpected_line,  // a type that does not belong there, or a second one where one is allowed
  missing_line,
  media_mismatch,     // answer or re-offer whose m-lines do not fit what went before (RFC 3264 8)
  no_usable_media,    // nothing in the offer can be carried: 488
  offer_outstanding,  // an offer while another has no answer yet: 491 or 500
  wrong_step,         // the step does not fit the offer/answer state: our own mistake or the peer's
  missing_anchor,     // a stream is carried but set_anchor() was not called for it
};

[[nodiscard]] std::string_view name_of(Errc code);
[[nodiscard]] std::error_code make_error_code(Errc code);

}  // namespace ims::sdp

template <>
struct std::is_error_code_enum<ims::sdp::Errc> : std::true_type {};
