// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ims-interface/sdp/model.hpp"

namespace ims::sdp {

/// What the one who announces it wants: a=sendrecv, sendonly, recvonly, inactive (RFC 3264 5.1).
struct Direction {
  bool send = true;
  bool receive = true;
  bool operator==(const Direction&) const = default;
};

/// Section's attribute, else the session's, else sendrecv.
[[nodiscard]] Direction read_direction(const Description& description, const Media& media);
[[nodiscard]] const char* name_of(Direction direction);

/// The answer that `offered` leaves room for (RFC 3264 6.1); some phones answer a hold with
/// sendrecv.
[[nodiscard]] Direction clamp(Direction answer, Direction offered);

}  // namespace ims::sdp
