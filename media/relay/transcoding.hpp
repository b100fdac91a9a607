// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "media/codec/format.hpp"
#include "media/engine.hpp"

/// What passes between a Hub and the transcoders of its legs, which run elsewhere: decoding and
/// encoding 20 ms takes as long as relaying fifty packets.
namespace media::relay {

/// A leg's sound is transcoded from now on; another transcoder that it had is forgotten.
struct TranscodingStart {
  std::uint32_t number = 0;  // of the leg's transcoders, so that late results are known
  LegId peer;                // whose receiver the results are for
  codec::Format from;
  codec::Format to;
};
struct TranscodingEnd {};

/// A packet that the leg received.
struct SoundPacket {
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  bool fresh = false;      // of another source than the one before
  bool inaudible = false;  // an event, or sound that an event takes the place of
  std::vector<std::byte> payload;
};

/// What the receiver of the leg's sound reports (RFC 3550 6.4.1).
struct ReceiverLoss {
  std::uint8_t percent = 0;
};

struct TranscodingWork {
  CallId call;
  LegId leg;
  std::uint32_t slot = 0;
  std::variant<TranscodingStart, TranscodingEnd, SoundPacket, ReceiverLoss> what;
};

/// A packet that a transcoder made, to be sent to the leg's peer leg.
struct TranscodedPacket {
  std::uint32_t timestamp = 0;
  bool marker = false;
  std::vector<std::byte> payload;
};

}  // namespace media::relay
