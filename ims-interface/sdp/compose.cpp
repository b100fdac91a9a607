// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/compose.hpp"

#include <algorithm>

#include "ims-interface/sdp/core_section.hpp"
#include "ims-interface/sdp/errc.hpp"
#include "ims-interface/sdp/feedback.hpp"
#include "ims-interface/sdp/phone_section.hpp"
#include "ims-interface/sdp/wic_section.hpp"

namespace ims::sdp {
namespace {

using common::fail;
using common::Result;

constexpr Feedback every_feedback{.nack = true, .pli = true, .fir = true};

std::vector<Codec> codecs_for(const Draft& draft, const Stream& stream) {
  if (draft.is_answer) return stream.answered;
  std::vector<Codec> out;
  for (const OfferedCodec& codec : stream.offered) out.push_back(codec.out);
  return out;
}

void append(Attributes& out, const Attributes& more) {
  out.insert(out.end(), more.begin(), more.end());
}

/// The profile of the offer is restored in its answer (MED-08) and kept in later offers.
std::string protocol_for(const Draft& draft, const Stream& stream) {
  const std::string& before = stream.on(draft.to).protocol;
  if (!before.empty()) return before;
  if (is_w3(draft.to, draft.policy)) return "UDP/TLS/RTP/SAVPF";
  return draft.to == Side::wic ? phone_protocol(draft.policy.phone) : "RTP/AVP";
}

/// Port 0, never left out: places of m-lines bind both ends (RFC 3264 6 and 8).
Media refused(const Draft& draft, const Stream& stream) {
  const Side to = draft.to;
  Media media;
  media.kind = stream.kind;
  media.protocol = protocol_for(draft, stream);
  media.formats = stream.on(to).formats;
  if (media.formats.empty()) media.formats.emplace_back("0");
  media.connection = NetworkAddress{"IN", "IP4", "0.0.0.0"};
  if (is_w3(to, draft.policy) && !stream.mid.empty())
    media.attributes.push_back({"mid", stream.mid});
  media.attributes.push_back({"inactive", std::nullopt});
  return media;
}

Result<Media> carried(const Draft& draft, const Stream& stream, const StreamAnchors& anchors) {
  const bool to_w3 = is_w3(draft.to, draft.policy);
  const bool present = to_w3                   ? anchors.wic && !anchors.wic->candidates.empty()
                       : draft.to == Side::wic ? anchors.phone.has_value()
                                               : anchors.core.has_value();
  if (!present) return fail(Errc::missing_anchor, stream.kind);
  if (to_w3 && anchors.credentials_used_up) {
    return fail(Errc::missing_anchor, "ICE restarted and needs new credentials");
  }
  const common::Endpoint own = to_w3                   ? anchors.wic->candidates.front()
                               : draft.to == Side::wic ? anchors.phone->rtp
                                                       : anchors.core->rtp;
  Media media;
  media.kind = stream.kind;
  media.port = own.port;
  media.protocol = protocol_for(draft, stream);
  media.connection = network_address(own.address);
  const std::vector<Codec> codecs = codecs_for(draft, stream);
  if (to_w3) {
    add_wic_attributes(media, stream, *anchors.wic, draft.is_answer);
  } else if (draft.to == Side::wic) {
    add_core_lines(media, codecs, {anchors.phone->rtp, anchors.phone->rtcp});
    add_phone_lines(media, stream, *anchors.phone, draft.is_answer, draft.policy.phone);
  } else {
    add_core_lines(media, codecs, *anchors.core);
  }
  for (const Codec& codec : codecs) add_codec(media, codec);
  if (stream.kind == "video") {
    // All that we speak, whatever the other side does: what it lacks is done here.
    add_feedback(media, codecs, draft.is_answer ? stream.on(draft.to).feedback : every_feedback);
  }
  append(media.attributes, stream.on(other(draft.to)).passing);
  if (draft.to == Side::core && draft.is_answer &&
      draft.policy.preconditions == Preconditions::answer) {
    append(media.attributes, answer_preconditions(stream.preconditions));
  }
  const Direction direction =
      draft.is_answer ? stream.answer_direction : stream.on(other(draft.to)).direction;
  media.attributes.push_back({name_of(direction), std::nullopt});
  return media;
}

/// Indices into `streams` in the order of that side's m-lines.
std::vector<std::size_t> in_line_order(Side to, const std::vector<Stream>& streams) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    if (streams[i].on(to).line) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    return *streams[left].on(to).line < *streams[right].on(to).line;
  });
  return order;
}

/// One c= for all keeps the body toward the core slim.
void hoist_connection(Description& description) {
  std::optional<NetworkAddress> shared;
  for (const Media& media : description.media) {
    if (media.port == 0) continue;
    if (shared && media.connection != shared) return;
    shared = media.connection;
  }
  if (!shared) return;
  description.connection = shared;
  for (Media& media : description.media) media.connection.reset();
}

}  // namespace

Result<Description> compose(const Draft& draft, std::vector<Stream>& streams) {
  Description out;
  out.times = {"t=0 0"};
  if (is_w3(draft.to, draft.policy)) {
    out.attributes = {{"ice-lite", std::nullopt}, {"ice-options", "ice2"}};
  }
  for (const std::size_t index : in_line_order(draft.to, streams)) {
    Stream& stream = streams[index];
    if (!stream.carried) {
      out.media.push_back(refused(draft, stream));
      continue;
    }
    Result<Media> media = carried(draft, stream, draft.anchors[index]);
    if (!media) return fail(media.error());
    stream.on(draft.to).protocol = media->protocol;
    stream.on(draft.to).formats = media->formats;
    out.media.push_back(std::move(*media));
  }
  if (!is_w3(draft.to, draft.policy)) hoist_connection(out);
  return out;
}

void assign_lines(Side to, std::vector<Stream>& streams) {
  std::size_t next = in_line_order(to, streams).size();
  for (Stream& stream : streams) {
    if (!stream.carried || stream.on(to).line) continue;
    stream.on(to).line = next++;
    if (to == Side::core) continue;
    const auto is_taken = [&](const std::string& mid) {
      return std::any_of(streams.begin(), streams.end(),
                         [&](const Stream& known) { return known.mid == mid; });
    };
    std::string mid = std::to_string(*stream.on(to).line);
    while (is_taken(mid)) mid.insert(mid.begin(), 'g');
    stream.mid = std::move(mid);
  }
}

}  // namespace ims::sdp
