// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "ims-interface/sdp/codec.hpp"
#include "ims-interface/sdp/direction.hpp"
#include "ims-interface/sdp/negotiation.hpp"
#include "ims-interface/sdp/payload_table.hpp"

namespace ims::sdp {

/// A stream as one side sees it.
struct StreamSide {
  std::optional<std::size_t> line;   // index of its m-line; none while this side never saw it
  std::string protocol;              // as agreed or offered there
  std::vector<std::string> formats;  // of its last m-line, for answering it with port 0
  Direction direction;               // what this side announced last
  std::vector<Codec> codecs;         // likewise
  Attributes passing;                // attributes of this side that go on to the other
  bool extended_reports = false;     // a=rtcp-xr among them
  Feedback feedback;                 // of video
};

/// All that offer/answer knows about one stream; copied whole to try an offer or an answer on it.
struct Stream {
  std::string kind;
  std::string mid;  // the WIC's
  bool carried = false;
  std::optional<Refusal> refusal;
  std::array<StreamSide, 2> sides;

  std::optional<WicRemote> wic;
  std::string wic_tls_id;
  unsigned association = 0;  // DTLS associations that were replaced so far
  bool wic_knows_tls_id = false;

  std::optional<PhoneRemote> phone;
  std::string crypto_tag;  // of the phone's line that was chosen

  std::optional<CoreRemote> core;
  Attributes preconditions;  // curr, des and conf lines of the core's last body

  PayloadTable payload_table;
  std::vector<OfferedCodec> offered;
  std::vector<Codec> answered;  // in the offerer's numbers
  Direction answer_direction;
  std::vector<PayloadMapping> payloads;
  std::string codec;  // the first of them on the WIC's side, in lower case
  std::optional<AudioFormat> wic_format;
  std::optional<AudioFormat> core_format;
  std::optional<Transcoding> transcoding;
  bool wic_to_core = false;
  bool core_to_wic = false;
  bool ice_restarted = false;
  bool new_dtls_association = false;

  [[nodiscard]] StreamSide& on(Side side) { return sides[side == Side::wic ? 0 : 1]; }
  [[nodiscard]] const StreamSide& on(Side side) const { return sides[side == Side::wic ? 0 : 1]; }
};

/// Our ends of a stream.
struct StreamAnchors {
  std::optional<WicAnchor> wic;
  std::optional<PhoneAnchor> phone;
  std::optional<CoreAnchor> core;
  bool credentials_used_up = false;  // ICE restarted: the next set_anchor() brings new ones
};

}  // namespace ims::sdp
