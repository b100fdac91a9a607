// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/dialog/bodies.hpp"

#include "ims-interface/sip/text.hpp"

namespace ims {
namespace {

Side other(Side side) { return side == Side::wic ? Side::core : Side::wic; }

bool may_offer(std::string_view method) {
  return method == "INVITE" || method == "UPDATE" || method == "PRACK";
}

OfferState& state_of(Call& call, std::string_view dialog) {
  Dialog* known = call.find(dialog);
  return known == nullptr ? call.first_offer : known->media;
}

}  // namespace

common::Result<void> Bodies::request(Call& call, std::string_view dialog, Side from,
                                     sip::Message& message, bool& offers) {
  offers = false;
  if (!call.session || !message.has_sdp() || !may_offer(message.method())) return {};
  if (message.is("PRACK") && state_of(call, dialog).pending == other(from)) {
    return answer(call, dialog, from, message, true);
  }
  auto offered = offer(call, dialog, from, message);
  offers = offered.has_value();
  return offered;
}

int Bodies::glare(Call& call, std::string_view dialog, Side from,
                  const sip::Message& message) const {
  if (!call.session || !message.has_sdp() || !may_offer(message.method())) return 0;
  if (!state_of(call, dialog).pending) return 0;
  if (message.is("PRACK") && state_of(call, dialog).pending == other(from)) return 0;
  return state_of(call, dialog).pending == from ? 500 : 491;  // RFC 3261 14.2, RFC 3311 5.2
}

common::Result<void> Bodies::response(Call& call, std::string_view dialog, Side from,
                                      sip::Message& message, bool request_offered) {
  const std::string method = message.cseq().method;
  if (!call.session || !may_offer(method)) return {};
  // What a reliable response says, nothing later in this dialog takes back (RFC 6337 3.1.1).
  const bool final = message.status() >= 200 || message.has("RSeq");
  if (message.status() >= 300) {
    if (request_offered && state_of(call, dialog).pending == other(from)) rollback(call, dialog);
    return {};
  }
  if (request_offered) {
    if (message.has_sdp()) return answer(call, dialog, from, message, final);
    // The answer stood in a reliable 18x already.
    if (final && !state_of(call, dialog).answer_in.empty()) state_of(call, dialog).pending.reset();
    return {};
  }
  if (method != "INVITE" || !message.has_sdp()) return {};
  return offer(call, dialog, from, message);  // MED-13: answered in the ACK or PRACK
}

common::Result<void> Bodies::ack(Call& call, std::string_view dialog, Side from,
                                 sip::Message& message) {
  if (!call.session || state_of(call, dialog).pending != other(from)) {
    message.clear_body();
    return {};
  }
  if (message.has_sdp()) return answer(call, dialog, from, message, true);
  rollback(call, dialog);
  return {};
}

common::Result<void> Bodies::offer(Call& call, std::string_view dialog, Side from,
                                   sip::Message& message) {
  OfferState& state = state_of(call, dialog);
  if (state.pending == from) {
    if (state.offer_in == message.body()) {  // 18x and 200 repeat one offer
      message.set_body(state.offer_out);
      return {};
    }
    rollback(call, dialog);
  }
  auto made = edge_.media.offer(call.id, dialog, from, message.body());
  call.media_open = true;
  if (!made) return common::fail(made.error());
  state = {};
  state.pending = from;
  state.offer_in = message.body();
  state.offer_out = *made;
  message.set_body(std::move(*made));
  return {};
}

common::Result<void> Bodies::answer(Call& call, std::string_view dialog, Side from,
                                    sip::Message& message, bool final) {
  OfferState& state = state_of(call, dialog);
  if (state.pending != other(from)) {
    // A second fork's 2xx or a repetition: the offerer already has its final answer.
    if (state.answer_out.empty()) {
      message.clear_body();
    } else {
      message.set_body(state.answer_out);
    }
    return {};
  }
  auto made = edge_.media.answer(call.id, dialog, from, message.body(), final);
  if (!made) return common::fail(made.error());
  state.answer_in = message.body();
  state.answer_out = *made;
  if (final) state.pending.reset();
  message.set_body(std::move(*made));
  return {};
}

common::Result<void> Bodies::confirm(Call& call, std::string_view dialog) {
  if (!call.session || !call.media_open || call.state == Call::State::answered) return {};
  return edge_.media.confirm(call.id, dialog);
}

void Bodies::rollback(Call& call, std::string_view dialog) {
  edge_.media.rollback(call.id, dialog);
  state_of(call, dialog).pending.reset();
}

bool hides_sdp(const sip::Message& message) {
  if (message.body().empty()) return false;
  const std::string type = sip::to_lower(message.value("Content-Type"));
  if (type.starts_with("multipart/") || type.starts_with("application/pkcs7") ||
      type.starts_with("message/sipfrag") || type.starts_with("message/sip")) {
    return true;
  }
  const std::string_view encoding = message.value("Content-Encoding");
  return message.has_sdp() && !encoding.empty() && !sip::equal_ignoring_case(encoding, "identity");
}

}  // namespace ims
