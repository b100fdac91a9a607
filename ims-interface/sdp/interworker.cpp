// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/interworker.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "ims-interface/sdp/compose.hpp"
#include "ims-interface/sdp/errc.hpp"
#include "ims-interface/sdp/printer.hpp"
#include "ims-interface/sdp/read_section.hpp"
#include "ims-interface/sdp/settle.hpp"

namespace ims::sdp {

using common::fail;
using common::Result;

namespace {

/// Where an exchange stands. `settled` takes further answers to the same offer.
enum class Step : std::uint8_t { idle, offer_read, offer_written, settled };

/// What one side has seen of our o= line.
struct Written {
  Origin origin;
  std::string body;  // the last one, with version 0
};

StreamState state_of(StreamId id, const Stream& stream) {
  StreamState out;
  out.stream = id;
  out.kind = stream.kind;
  out.carried = stream.carried;
  out.refusal = stream.refusal;
  if (!stream.carried) return out;
  out.wic = stream.wic;
  out.core = stream.core;
  out.payloads = stream.payloads;
  out.wic_to_core = stream.wic_to_core;
  out.core_to_wic = stream.core_to_wic;
  out.ice_restarted = stream.ice_restarted;
  out.new_dtls_association = stream.new_dtls_association;
  return out;
}

std::vector<StreamState> states_of(const std::vector<Stream>& streams) {
  std::vector<StreamState> out;
  for (std::size_t id = 0; id < streams.size(); ++id) out.push_back(state_of(id, streams[id]));
  return out;
}

std::size_t lines_of(Side side, const std::vector<Stream>& streams) {
  return static_cast<std::size_t>(
      std::count_if(streams.begin(), streams.end(),
                    [&](const Stream& stream) { return stream.on(side).line.has_value(); }));
}

StreamId at_line(Side side, std::size_t line, const std::vector<Stream>& streams) {
  StreamId id = 0;
  while (id < streams.size() && streams[id].on(side).line != line) ++id;
  return id;
}

/// A stream that no longer runs keeps only its places and numbers: its legs are gone.
void begin_exchange(Stream& stream) {
  stream.ice_restarted = false;
  stream.new_dtls_association = false;
  if (stream.carried) return;
  stream.refusal.reset();
  stream.wic.reset();
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

struct Interworker::State {
  Policy policy;
  Step step = Step::idle;
  Side offerer = Side::wic;
  bool local_only = false;
  std::vector<Stream> agreed;    // before the offer
  std::vector<Stream> offered;   // with the offer read, and as written
  std::vector<Stream> answered;  // with the last answer
  std::vector<StreamAnchors> anchors;
  std::array<Written, 2> written;
  std::vector<RefusedSection> refusals;

  [[nodiscard]] const std::vector<Stream>& current() const {
    return step == Step::settled ? answered : agreed;
  }
  [[nodiscard]] bool outstanding() const {
    return step == Step::offer_read || step == Step::offer_written;
  }

  void read_offered_section(const Description& description, std::size_t line,
                            std::vector<Stream>& streams);
  [[nodiscard]] Result<void> read_answered_section(const Description& description, std::size_t line,
                                                   std::vector<Stream>& streams);
  StreamId stream_for(const Media& media, std::size_t line, std::vector<Stream>& streams) const;
  [[nodiscard]] StreamPlan plan_of(StreamId id, const Stream& stream) const;
  [[nodiscard]] OfferPlan accept_offer(std::vector<Stream> streams);
  [[nodiscard]] Answer accept_answer(std::vector<Stream> streams);
  [[nodiscard]] Result<std::string> write(Side to, bool is_answer, std::vector<Stream>& streams);
};

// ---- offers ----

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

void Interworker::State::read_offered_section(const Description& description, std::size_t line,
                                              std::vector<Stream>& streams) {
  const Media& media = description.media[line];
  Stream& stream = streams[stream_for(media, line, streams)];
  if (offerer == Side::wic) stream.mid = value_of(media.attributes, "mid");
  stream.refusal.reset();
  stream.carried = false;
  if (media.port != 0) {
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
  plan.needs_wic_anchor = !own.wic;
  plan.needs_core_anchor = !own.core || own.core->rtp.address.family != plan.core_family;
  if (offerer == Side::wic) {
    plan.wic = stream.wic;
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
                      is_same_for_other(offerer, agreed[id], offered[id]);
  }
  std::sort(plan.streams.begin(), plan.streams.end(),
            [](const StreamPlan& left, const StreamPlan& right) { return left.line < right.line; });
  local_only = plan.local_only;
  return plan;
}

// ---- answers ----

Result<void> Interworker::State::read_answered_section(const Description& description,
                                                       std::size_t line,
                                                       std::vector<Stream>& streams) {
  const Side answerer = other(offerer);
  const Media& media = description.media[line];
  Stream& stream = streams[at_line(answerer, line, streams)];
  if (stream.kind != media.kind) {
    return fail(Errc::media_mismatch,
                "m-line " + std::to_string(line + 1) + " is not " + stream.kind);
  }
  if (!stream.carried) return {};
  stream.refusal = media.port == 0
                       ? std::optional(Refusal::refused_by_peer)
                       : read_section({description, media, answerer, true}, policy, stream);
  stream.carried = !stream.refusal;
  if (stream.refusal) refusals.push_back({line, media.kind, *stream.refusal});
  return {};
}

Answer Interworker::State::accept_answer(std::vector<Stream> streams) {
  Answer answer;
  answer.from = other(offerer);
  answer.streams = states_of(streams);
  answer.repeated = step == Step::settled && states_of(answered) == answer.streams;
  answered = std::move(streams);
  step = Step::settled;
  return answer;
}

// ---- bodies ----

Result<std::string> Interworker::State::write(Side to, bool is_answer,
                                              std::vector<Stream>& streams) {
  Result<Description> body = compose({to, is_answer, policy.preconditions, anchors}, streams);
  if (!body) return fail(body.error());
  Written& before = written[to == Side::wic ? 0 : 1];
  if (before.origin.address.address.empty()) {
    before.origin.address = {"IN", "IP4", "0.0.0.0"};
    if (body->connection) before.origin.address = *body->connection;
    for (auto media = body->media.rbegin(); media != body->media.rend(); ++media) {
      if (media->port != 0 && media->connection) before.origin.address = *media->connection;
    }
  }
  body->origin = before.origin;
  body->origin.session_version = 0;
  // No connection at session level and none in a section is no body at all (RFC 8866 5.7).
  if (to == Side::core && !body->connection && body->media.empty()) {
    body->connection = before.origin.address;
  }
  std::string text = print(*body);
  if (text != before.body) {
    ++before.origin.session_version;
    before.body = std::move(text);
  }
  body->origin.session_version = before.origin.session_version;
  return print(*body);
}

// ---- the public steps ----

Interworker::Interworker(Policy policy, common::RandomSource& random)
    : state_(std::make_unique<State>()) {
  state_->policy = policy;
  // 62 bits: some phones read the session id as a signed number.
  for (Written& side : state_->written) side.origin.session_id = random.u64() >> 2U;
}
Interworker::Interworker(const Interworker& from) : state_(std::make_unique<State>(*from.state_)) {}
Interworker& Interworker::operator=(const Interworker& from) {
  if (this != &from) state_ = std::make_unique<State>(*from.state_);
  return *this;
}
Interworker::Interworker(Interworker&&) noexcept = default;
Interworker& Interworker::operator=(Interworker&&) noexcept = default;
Interworker::~Interworker() = default;

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

void Interworker::set_anchor(StreamId stream, WicAnchor anchor) {
  if (stream >= state_->anchors.size()) return;
  StreamAnchors& own = state_->anchors[stream];
  if (!own.wic || own.wic->ice_ufrag != anchor.ice_ufrag) own.credentials_used_up = false;
  own.wic = std::move(anchor);
}

void Interworker::set_anchor(StreamId stream, CoreAnchor anchor) {
  if (stream < state_->anchors.size()) state_->anchors[stream].core = anchor;
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

Result<Answer> Interworker::read_answer(std::string_view text) {
  State& state = *state_;
  state.refusals.clear();
  if (state.step != Step::offer_written && state.step != Step::settled) {
    return fail(Errc::wrong_step, "answer without an offer");
  }
  Result<Description> description = parse(text, state.policy.limits);
  if (!description) return fail(description.error());
  std::vector<Stream> streams = state.offered;
  if (description->media.size() != lines_of(other(state.offerer), streams)) {
    return fail(Errc::media_mismatch, "answer has another number of m-lines than the offer");
  }
  for (std::size_t line = 0; line < description->media.size(); ++line) {
    Result<void> section = state.read_answered_section(*description, line, streams);
    if (!section) return fail(section.error());
  }
  return state.accept_answer(std::move(streams));
}

Result<Answer> Interworker::answer_locally() {
  State& state = *state_;
  if (state.step != Step::offer_read || !state.local_only) {
    return fail(Errc::wrong_step, "the other side must answer");
  }
  const Side answerer = other(state.offerer);
  std::vector<Stream> streams = state.offered;
  for (StreamId id = 0; id < streams.size(); ++id) {
    Stream& stream = streams[id];
    if (!stream.carried) continue;
    const std::vector<PayloadMapping>& agreed = state.agreed[id].payloads;
    std::vector<Codec> codecs;
    for (const Codec& codec : stream.on(answerer).codecs) {
      const bool in_use = std::any_of(agreed.begin(), agreed.end(), [&](const auto& mapping) {
        return (answerer == Side::wic ? mapping.wic : mapping.core) == codec.payload;
      });
      if (in_use) codecs.push_back(codec);
    }
    if (!settle(stream, answerer, codecs)) return fail(Errc::wrong_step, "codecs have changed");
  }
  return state.accept_answer(std::move(streams));
}

Result<std::string> Interworker::write_answer() {
  State& state = *state_;
  if (state.step != Step::settled) return fail(Errc::wrong_step, "no answer to pass on");
  return state.write(state.offerer, true, state.answered);
}

void Interworker::rollback() {
  if (state_->outstanding()) take_back();
}

void Interworker::take_back() {
  State& state = *state_;
  if (state.step == Step::idle) return;
  state.step = Step::idle;
  state.offered.clear();
  state.answered.clear();
  state.anchors.resize(state.agreed.size());
}

void Interworker::set_preconditions(Preconditions preconditions) {
  state_->policy.preconditions = preconditions;
}

std::optional<Side> Interworker::outstanding_offer_from() const {
  return state_->outstanding() ? std::optional(state_->offerer) : std::nullopt;
}

std::vector<StreamState> Interworker::streams() const { return states_of(state_->current()); }

const std::vector<Interworker::RefusedSection>& Interworker::refusals() const {
  return state_->refusals;
}

std::string Interworker::RefusedSection::text() const {
  return "m-line " + std::to_string(line + 1) + " (" + kind + "): " + std::string(text_of(refusal));
}

}  // namespace ims::sdp
