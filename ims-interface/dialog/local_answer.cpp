// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ims-interface/dialog/sessions.hpp"

namespace ims {

/// MED-12: a re-INVITE by which the WIC only renews its transport, as after every reconnect, ends
/// here. The core's side has no part in it, and its ports do not move.
bool Sessions::answer_here(common::TimePoint now, W2ServerTx& transaction, Call& call,
                           Dialog& dialog) {
  const sip::Message& request = transaction.request;
  if (!request.is("INVITE") || !request.has_sdp() || !call.session || !dialog.confirmed) {
    return false;
  }
  sip::Message response = request.reply(200);
  Alone what = Alone::unchanged;
  if (request.has("Session-Expires")) {
    // With nothing else to say it is a refresh, which is the other end's to answer (RFC 4028).
    what = Alone::renewed;
    if (!dialog.timer.answer(now, request, response)) return false;
  }
  auto body = edge_.media.answer_alone(call.id, dialog.core_tag, Side::wic, request.body(), what);
  if (!body) {
    refuse(now, transaction, 488, body.error().message());
    return true;
  }
  if (!*body) return false;
  call.wic_cseq = std::max(call.wic_cseq, request.cseq().number + call.cseq_shift);
  if (request.has("Contact")) call.wic_target = uri_of(request.value("Contact"));
  dialog.answered_here = request.cseq().number;
  response.set("Contact", "<" + dialog.core_target + ">");
  response.set_body(std::move(**body), "application/sdp");
  edge_.respond(now, transaction, std::move(response));
  return true;
}

}  // namespace ims
