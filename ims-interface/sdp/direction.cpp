// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/direction.hpp"

#include <optional>

namespace ims::sdp {
namespace {

std::optional<Direction> direction_in(const Attributes& attributes) {
  for (const Attribute& attribute : attributes) {
    for (const bool send : {false, true}) {
      for (const bool receive : {false, true}) {
        const Direction direction{send, receive};
        if (attribute.name == name_of(direction)) return direction;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

Direction read_direction(const Description& description, const Media& media) {
  if (auto direction = direction_in(media.attributes)) return *direction;
  return direction_in(description.attributes).value_or(Direction{});
}

const char* name_of(Direction direction) {
  if (direction.send) return direction.receive ? "sendrecv" : "sendonly";
  return direction.receive ? "recvonly" : "inactive";
}

Direction clamp(Direction answer, Direction offered) {
  return {answer.send && offered.receive, answer.receive && offered.send};
}

}  // namespace ims::sdp
