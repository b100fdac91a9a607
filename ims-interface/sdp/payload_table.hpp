// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ims-interface/sdp/codec.hpp"
#include "ims-interface/sdp/negotiation.hpp"

namespace ims::sdp {

/// A codec of an offer as its sender numbers it, and as the other side will see it. The two differ
/// in format only for a telephone-event clock that we add (MED-35) and for codecs of our own.
struct OfferedCodec {
  Codec in;
  Codec out;
  bool transcoded = false;  // `out` is ours, to be made of `in` and the other way round
  bool operator==(const OfferedCodec&) const = default;
};

/// Payload numbers of one stream on both sides. A number never changes its codec within a session
/// (RFC 3264 8.3.2), so entries are kept for the stream's life.
class PayloadTable {
 public:
  /// Numbers of `from`'s codecs on the other side: those known from before, else the same number,
  /// else a free one. A codec for which no number is left is dropped. After them stand the codecs
  /// `own` (names in lower case) that `from` lacks, if it has one that can be transcoded.
  [[nodiscard]] std::vector<OfferedCodec> translate(Side from, const std::vector<Codec>& codecs,
                                                    const std::vector<std::string>& own = {});

  /// The answerer receives `offered` under another number than was offered.
  void renumber(Side answerer, const OfferedCodec& offered, std::uint8_t payload);

 private:
  struct Entry {
    std::array<std::optional<std::uint8_t>, 2> payload;
    Codec format;
  };

  void add_own(Side from, const std::vector<std::string>& own, std::vector<OfferedCodec>& codecs);
  void add_missing_events(Side from, std::vector<OfferedCodec>& codecs);
  [[nodiscard]] std::optional<std::uint8_t> number_for_own(Side side, const Codec& codec,
                                                           const std::vector<OfferedCodec>& done);
  [[nodiscard]] std::optional<std::uint8_t> number_for(Side from, const Codec& codec,
                                                       const std::vector<OfferedCodec>& done);
  [[nodiscard]] std::optional<std::uint8_t> free_number(Side side, std::uint8_t wanted) const;
  [[nodiscard]] bool is_used(Side side, std::uint8_t payload) const;

  std::vector<Entry> entries_;
};

}  // namespace ims::sdp
