// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "ims-interface/sip/message.hpp"

/// What bodies of INFO say that RTP can say too.
namespace ims {

/// RFC 5168: the picture is broken, a keyframe is wanted.
[[nodiscard]] bool asks_keyframe(const sip::Message& request);

/// The body that asks so, application/media_control+xml.
[[nodiscard]] std::string keyframe_wish();

/// A pressed key.
struct InfoDigit {
  std::uint8_t event = 0;  // RFC 4733: 0-9, then *, #, A-D
  std::chrono::milliseconds duration{160};
};

/// `application/dtmf-relay` ("Signal=5", "Duration=160") and `application/dtmf` ("5"), as phones
/// send them. Nothing for other bodies and keys, as flash.
[[nodiscard]] std::optional<InfoDigit> digit_in(const sip::Message& request);

}  // namespace ims
