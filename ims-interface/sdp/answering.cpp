// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ims-interface/sdp/errc.hpp"
#include "ims-interface/sdp/exchange.hpp"
#include "ims-interface/sdp/read_section.hpp"
#include "ims-interface/sdp/settle.hpp"

namespace ims::sdp {

using common::fail;
using common::Result;

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

Result<Answer> Interworker::answer_here(const std::vector<std::string>& codecs) {
  State& state = *state_;
  if (state.step != Step::offer_read) return fail(Errc::wrong_step, "no offer");
  const Side answerer = other(state.offerer);
  std::vector<Stream> streams = state.offered;
  bool taken = false;
  for (Stream& stream : streams) {
    if (!stream.carried) continue;
    std::vector<Codec> own;
    for (const std::string& name : codecs) {
      for (const OfferedCodec& codec : stream.offered) {
        if (own.empty() && !codec.transcoded && codec.out.is(name)) own.push_back(codec.out);
      }
    }
    for (const OfferedCodec& codec : stream.offered) {
      if (!own.empty() && codec.out.is_telephone_event()) own.push_back(codec.out);
    }
    stream.on(answerer).direction = {};
    stream.carried = !taken && stream.kind == "audio" && settle(stream, answerer, own);
    if (!stream.carried) stream.refusal = Refusal::no_common_codec;
    taken = taken || stream.carried;
  }
  if (!taken) return fail(Errc::no_usable_media, std::string(text_of(Refusal::no_common_codec)));
  return state.accept_answer(std::move(streams));
}

Result<std::string> Interworker::write_answer() {
  State& state = *state_;
  if (state.step != Step::settled) return fail(Errc::wrong_step, "no answer to pass on");
  return state.write(state.offerer, true, state.answered);
}

}  // namespace ims::sdp
