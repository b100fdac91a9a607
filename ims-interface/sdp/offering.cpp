// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "ims-interface/sdp/compose.hpp"
#include "ims-interface/sdp/errc.hpp"
#include "ims-interface/sdp/exchange.hpp"
#include "ims-interface/sdp/read_section.hpp"

namespace ims::sdp {

using common::fail;
using common::Result;

namespace {

/// A stream that no longer runs keeps only its places and numbers: its legs are gone.
void begin_exchange(Stream& stream) {
  stream.ice_restarted = false;
  stream.new_dtls_association = false;
  if (stream.carried) return;
  stream.refusal.reset();
  stream.wic.reset();
  stream.phone.reset();
  stream.wic_tls_id.clear();
  stream.core.reset();
}

/// True when the other side's part of the stream can stay as it is.
bool is_same_for_other(Side from, const Stream& before, const Stream& now) {
  if (before.carried != now.carried) return false;
  if (!now.carried) return true;
  if (!(before.on(from).direction == now.on(from).direction)) return false;
  if (before.on(from).passing != now.on(from).passing) return false;
  return std::all_of(
      before.payloads.begin(), before.payloads.end(), [&](const PayloadMapping& mapping) {
        const std::uint8_t number = from == Side::wic ? mapping.wic : mapping.core;
        const auto has_number = [&](const Codec& codec) { return codec.payload == number; };
        const auto& old_codecs = before.on(from).codecs;
        const auto& new_codecs = now.on(from).codecs;
        const auto old_codec = std::find_if(old_codecs.begin(), old_codecs.end(), has_number);
        const auto new_codec = std::find_if(new_codecs.begin(), new_codecs.end(), has_number);
        return old_codec != old_codecs.end() && new_codec != new_codecs.end() &&
               *old_codec == *new_codec;
      });
}

}  // namespace

StreamId Interworker::State::stream_for(const Media& media, std::size_t line,
                                        std::vector<Stream>& streams) const {
  const StreamId known = at_line(offerer, line, streams);
  if (known < streams.size() && streams[known].kind == media.kind) return known;
  // A place that was closed may be used again for another kind (RFC 3264 8.1); what the other
  // side has in the old stream's place stays closed.
  if (known < streams.size()) {
    streams[known].on(offerer).line.reset();
    streams[known].carried = false;
  }
  Stream& added = streams.emplace_back();
  added.kind = media.kind;
  added.on(offerer).line = line;
  return streams.size() - 1;
}

/// Phones that know SRTP offer the same sound twice, as SAVP and as AVP; one of them is enough.
bool Interworker::State::is_alternative(const Media& media, std::size_t line,
                                        const std::vector<Stream>& streams) const {
  if (policy.access != Access::phone || offerer != Side::wic) return false;
  return std::any_of(streams.begin(), streams.end(), [&](const Stream& taken) {
    const StreamSide& side = taken.on(Side::wic);
    return taken.carried && taken.kind == media.kind && side.line && *side.line < line &&
           side.protocol != media.protocol;
  });
}

void Interworker::State::read_offered_section(const Description& description, std::size_t line,
                                              std::vector<Stream>& streams) {
  const Media& media = description.media[line];
  Stream& stream = streams[stream_for(media, line, streams)];
  if (offerer == Side::wic) stream.mid = value_of(media.attributes, "mid");
  stream.refusal.reset();
  stream.carried = false;
  if (media.port != 0 && is_alternative(media, line, streams)) {
    stream.refusal = Refusal::alternative_taken;
  } else if (media.port != 0) {
    stream.refusal = read_section({description, media, offerer, false}, policy, stream);
    stream.carried = !stream.refusal;
  } else if (has(media.attributes, "bundle-only")) {
    stream.refusal = Refusal::bundle_only;
  }
  if (!stream.carried) {
    // The answer shows the refused section as it was offered.
    stream.on(offerer).protocol = media.protocol;
    stream.on(offerer).formats = media.formats;
  }
  if (stream.refusal) refusals.push_back({line, media.kind, *stream.refusal});
}

StreamPlan Interworker::State::plan_of(StreamId id, const Stream& stream) const {
  StreamPlan plan;
  plan.stream = id;
  plan.line = *stream.on(offerer).line;
  plan.kind = stream.kind;
  plan.carried = stream.carried;
  plan.closed = !stream.carried && !stream.refusal && id < agreed.size() && agreed[id].carried;
  plan.refusal = stream.refusal;
  if (!stream.carried) return plan;
  plan.core_family = stream.core && !stream.core->rtp.address.is_unspecified()
                         ? stream.core->rtp.address.family
                         : policy.core_family;
  const StreamAnchors& own = anchors[id];
  plan.access_family = stream.phone && !stream.phone->rtp.address.is_unspecified()
                           ? stream.phone->rtp.address.family
                           : policy.access_family;
  plan.needs_wic_anchor = policy.access == Access::webrtc
                              ? !own.wic
                              : !own.phone || own.phone->rtp.address.family != plan.access_family;
  plan.needs_core_anchor = !own.core || own.core->rtp.address.family != plan.core_family;
  if (offerer == Side::wic) {
    plan.wic = stream.wic;
    plan.phone = stream.phone;
  } else {
    plan.core = stream.core;
  }
  plan.ice_restarted = stream.ice_restarted;
  plan.new_dtls_association = stream.new_dtls_association;
  return plan;
}

OfferPlan Interworker::State::accept_offer(std::vector<Stream> streams) {
  agreed = current();
  offered = std::move(streams);
  step = Step::offer_read;
  anchors.resize(offered.size());
  OfferPlan plan;
  plan.from = offerer;
  plan.local_only = agreed.size() == offered.size();
  for (StreamId id = 0; id < offered.size(); ++id) {
    if (id >= agreed.size() || !agreed[id].carried) anchors[id] = {};
    if (!offered[id].on(offerer).line) continue;
    plan.streams.push_back(plan_of(id, offered[id]));
    anchors[id].credentials_used_up = offered[id].carried && offered[id].ice_restarted;
    plan.local_only = plan.local_only && !plan.streams.back().needs_core_anchor &&
                      !plan.streams.back().needs_wic_anchor &&
                      is_same_for_other(offerer, agreed[id], offered[id]);
  }
  std::sort(plan.streams.begin(), plan.streams.end(),
            [](const StreamPlan& left, const StreamPlan& right) { return left.line < right.line; });
  local_only = plan.local_only;
  return plan;
}

Result<OfferPlan> Interworker::read_offer(Side from, std::string_view text) {
  State& state = *state_;
  state.refusals.clear();
  if (state.outstanding()) return fail(Errc::offer_outstanding);
  Result<Description> description = parse(text, state.policy.limits);
  if (!description) return fail(description.error());
  std::vector<Stream> streams = state.current();
  if (description->media.size() < lines_of(from, streams)) {
    return fail(Errc::media_mismatch, "fewer m-lines than before");
  }
  const Side offerer_before = std::exchange(state.offerer, from);
  for (Stream& stream : streams) begin_exchange(stream);
  bool closes = description->media.empty();
  for (std::size_t line = 0; line < description->media.size(); ++line) {
    const Media& media = description->media[line];
    closes = closes || (media.port == 0 && !has(media.attributes, "bundle-only"));
    state.read_offered_section(*description, line, streams);
  }
  const bool carries = std::any_of(streams.begin(), streams.end(),
                                   [](const Stream& stream) { return stream.carried; });
  if (!carries && !closes) {
    state.offerer = offerer_before;
    return fail(Errc::no_usable_media, state.refusals.front().text());
  }
  return state.accept_offer(std::move(streams));
}

Result<std::string> Interworker::write_offer() {
  State& state = *state_;
  if (!state.outstanding()) return fail(Errc::wrong_step, "no offer to pass on");
  std::vector<Stream> streams = state.offered;
  assign_lines(other(state.offerer), streams);
  Result<std::string> text = state.write(other(state.offerer), false, streams);
  if (!text) return text;
  state.offered = std::move(streams);
  state.step = Step::offer_written;
  return text;
}

}  // namespace ims::sdp
