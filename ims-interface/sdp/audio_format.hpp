// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ims-interface/sdp/codec.hpp"
#include "ims-interface/sdp/negotiation.hpp"

/// Codecs that the gateway decodes and encodes itself, for ends that have none in common (MED-31):
/// PCMU, PCMA, G.722, AMR and AMR-WB (RFC 4867), Opus (RFC 7587).
namespace ims::sdp {

/// A codec as its end announced it. Nothing for codecs, channels and AMR options (CRC, robust
/// sorting, interleaving) that are not spoken here. `packet_time` as `a=ptime` has it, empty for
/// none.
[[nodiscard]] std::optional<AudioFormat> audio_format_of(const Codec& codec,
                                                         std::string_view packet_time = {});

/// The formats to offer for a codec of ours (name in lower case), without payload types; AMR in
/// both payload formats. Empty for names that are not spoken here.
[[nodiscard]] std::vector<Codec> own_formats(std::string_view name);

/// The two are one codec in one payload format, so that a number given to one fits the other.
[[nodiscard]] bool same_framing(const Codec& left, const Codec& right);

/// How the offerer's codec is answered when the far end has `far`: what is asked of the offerer
/// beside what it said itself.
[[nodiscard]] Codec answer_to(const Codec& offered, const AudioFormat& far);

}  // namespace ims::sdp
