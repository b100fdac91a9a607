// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/interworker.hpp"

#include <algorithm>
#include <utility>

#include "ims-interface/sdp/compose.hpp"
#include "ims-interface/sdp/exchange.hpp"
#include "ims-interface/sdp/printer.hpp"

namespace ims::sdp {

using common::fail;
using common::Result;

namespace {

StreamState state_of(StreamId id, const Stream& stream) {
  StreamState out;
  out.stream = id;
  out.kind = stream.kind;
  out.carried = stream.carried;
  out.refusal = stream.refusal;
  if (!stream.carried) return out;
  out.wic = stream.wic;
  out.phone = stream.phone;
  out.core = stream.core;
  out.payloads = stream.payloads;
  out.codec = stream.codec;
  out.wic_format = stream.wic_format;
  out.core_format = stream.core_format;
  out.transcoding = stream.transcoding;
  out.wic_feedback = stream.on(Side::wic).feedback;
  out.core_feedback = stream.on(Side::core).feedback;
  out.wic_to_core = stream.wic_to_core;
  out.core_to_wic = stream.core_to_wic;
  out.extended_reports =
      stream.on(Side::wic).extended_reports && stream.on(Side::core).extended_reports;
  out.ice_restarted = stream.ice_restarted;
  out.new_dtls_association = stream.new_dtls_association;
  return out;
}

}  // namespace

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

Result<std::string> Interworker::State::write(Side to, bool is_answer,
                                              std::vector<Stream>& streams) {
  Result<Description> body = compose({to, is_answer, policy, anchors}, streams);
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
  if (!is_w3(to, policy) && !body->connection && body->media.empty()) {
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

void Interworker::set_anchor(StreamId stream, WicAnchor anchor) {
  if (stream >= state_->anchors.size()) return;
  StreamAnchors& own = state_->anchors[stream];
  if (!own.wic || own.wic->ice_ufrag != anchor.ice_ufrag) own.credentials_used_up = false;
  own.wic = std::move(anchor);
}

void Interworker::set_anchor(StreamId stream, PhoneAnchor anchor) {
  if (stream < state_->anchors.size()) state_->anchors[stream].phone = std::move(anchor);
}

void Interworker::set_anchor(StreamId stream, CoreAnchor anchor) {
  if (stream < state_->anchors.size()) state_->anchors[stream].core = anchor;
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

void Interworker::set_phone_policy(PhonePolicy policy) { state_->policy.phone = std::move(policy); }

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
