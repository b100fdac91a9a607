// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ims-interface/sdp/model.hpp"

namespace ims::sdp {

/// One payload type of an m-line: rtpmap (or the static meaning of RFC 3551) and fmtp. Parameters
/// are carried verbatim, so an AMR or Opus negotiation stays one between the two ends.
struct Codec {
  std::uint8_t payload = 0;
  std::string name;  // as the peer spells it
  std::uint32_t clock = 8000;
  std::uint32_t channels = 1;
  std::optional<std::string> parameters;  // fmtp

  bool operator==(const Codec&) const = default;
  [[nodiscard]] bool same_format(const Codec& codec) const;
  [[nodiscard]] bool is(std::string_view name_in_lower_case) const;
  [[nodiscard]] bool is_telephone_event() const { return is("telephone-event"); }
  /// Carries the medium itself: neither telephone-event nor comfort noise.
  [[nodiscard]] bool is_medium() const { return !is_telephone_event() && !is("cn"); }
};

/// Codecs of an m-line in its order. Left out: formats without meaning (no rtpmap), repetitions,
/// and redundancy, FEC and retransmission formats, which end at the edge (MED-37).
[[nodiscard]] std::vector<Codec> read_codecs(const Media& media);

/// Appends the format with its rtpmap and fmtp.
void add_codec(Media& media, const Codec& codec);

}  // namespace ims::sdp
