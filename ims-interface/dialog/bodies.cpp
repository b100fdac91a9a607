// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/dialog/bodies.hpp"

#include "ims-interface/sip/text.hpp"

namespace ims {
namespace {

Side other(Side side) { return side == Side::wic ? Side::core : Side::wic; }

bool may_offer(std::string_view method) {
  return method == "INVITE" || method == "UPDATE" || method == "PRACK";
}

}  // namespace

common::Result<void> Bodies::request(Call& call, Side from, sip::Message& message, bool& offers) {
  offers = false;
  if (!call.session || !message.has_sdp() || !may_offer(message.method())) return {};
  if (message.is("PRACK") && call.media.pending == other(from)) {
    return answer(call, from, message, true);
  }
  auto offered = offer(call, from, message);
  offers = offered.has_value();
  return offered;
}

int Bodies::glare(const Call& call, Side from, const sip::Message& message) const {
  if (!call.session || !message.has_sdp() || !may_offer(message.method())) return 0;
  if (!call.media.pending) return 0;
  if (message.is("PRACK") && call.media.pending == other(from)) return 0;
  return call.media.pending == from ? 500 : 491;  // RFC 3261 14.2, RFC 3311 5.2
}

common::Result<void> Bodies::response(Call& call, Side from, sip::Message& message,
                                      bool request_offered) {
  const std::string method = message.cseq().method;
  if (!call.session || !may_offer(method)) return {};
  const bool final = message.status() >= 200;
  if (message.status() >= 300) {
    if (request_offered && call.media.pending == other(from)) rollback(call);
    return {};
  }
  if (request_offered) {
    if (message.has_sdp()) return answer(call, from, message, final);
    // The answer stood in a reliable 18x already.
    if (final && !call.media.answer_in.empty()) call.media.pending.reset();
    return {};
  }
  if (method != "INVITE" || !message.has_sdp()) return {};
  return offer(call, from, message);  // MED-13: answered in the ACK or PRACK
}

common::Result<void> Bodies::ack(Call& call, Side from, sip::Message& message) {
  if (!call.session || call.media.pending != other(from)) {
    message.clear_body();
    return {};
  }
  if (message.has_sdp()) return answer(call, from, message, true);
  rollback(call);
  return {};
}

common::Result<void> Bodies::offer(Call& call, Side from, sip::Message& message) {
  OfferState& state = call.media;
  if (state.pending == from) {
    if (state.offer_in == message.body()) {  // 18x and 200 repeat one offer
      message.set_body(state.offer_out);
      return {};
    }
    rollback(call);
  }
  auto made = edge_.media.offer(call.id, from, message.body());
  call.media_open = true;
  if (!made) return common::fail(made.error());
  state = {};
  state.pending = from;
  state.offer_in = message.body();
  state.offer_out = *made;
  message.set_body(std::move(*made));
  return {};
}

common::Result<void> Bodies::answer(Call& call, Side from, sip::Message& message, bool final) {
  OfferState& state = call.media;
  if (state.pending != other(from)) {
    // A second fork's 2xx or a repetition: the offerer already has its final answer.
    if (state.answer_out.empty()) {
      message.clear_body();
    } else {
      message.set_body(state.answer_out);
    }
    return {};
  }
  auto made = edge_.media.answer(call.id, from, message.body(), final);
  if (!made) return common::fail(made.error());
  state.answer_in = message.body();
  state.answer_out = *made;
  if (final) state.pending.reset();
  message.set_body(std::move(*made));
  return {};
}

void Bodies::rollback(Call& call) {
  edge_.media.rollback(call.id);
  call.media.pending.reset();
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
