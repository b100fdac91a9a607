// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <sstream>

#include "ims-interface/dialog/info_body.hpp"
#include "ims-interface/dialog/sessions.hpp"
#include "ims-interface/identity/trust_domain.hpp"
#include "ims-interface/registration/star_devices.hpp"
#include "ims-interface/sip/text.hpp"
#include "ims-interface/sip/uri.hpp"

namespace ims {
namespace {

std::vector<std::string> uris_of(const std::vector<std::string>& values) {
  std::vector<std::string> out;
  for (const std::string& value : values) out.push_back(uri_of(value));
  return out;
}

bool ends_subscription(const sip::Message& request) {
  return request.is("NOTIFY") &&
         sip::to_lower(request.value("Subscription-State")).starts_with("terminated");
}

/// After a reconnect the WIC answers to another Contact than the one the core's route ends in.
/// User and host tell them apart: a dialog's Contact has parameters that REGISTER's lacks (";ob").
void follow_contact(const Registration& registration, sip::Message& out) {
  const std::string wanted = sip::normalized_aor(out.request_uri());
  for (const std::string& former : registration.former_contacts) {
    if (!wanted.empty() && sip::normalized_aor(former) == wanted) {
      out.set_request_uri(registration.contact.uri);
      return;
    }
  }
}

void shift_cseq(sip::Message& out, std::uint32_t shift) {
  if (shift == 0) return;
  const auto cseq = out.cseq();
  out.set("CSeq", std::to_string(cseq.number + shift) + " " + std::string(cseq.method));
}

/// RFC 3262 7.2: "response-num CSeq-num Method", of the INVITE as it was sent on.
void shift_rack(sip::Message& prack, std::uint32_t shift) {
  if (shift == 0) return;
  std::istringstream in{std::string(prack.value("RAck"))};
  std::uint32_t response = 0;
  std::uint32_t cseq = 0;
  std::string method;
  if (!(in >> response >> cseq >> method)) return;
  prack.set("RAck", std::to_string(response) + " " + std::to_string(cseq + shift) + " " + method);
}

}  // namespace

bool Sessions::set_dialog_route(const Flow& flow, const Dialog& dialog, sip::Message& out) const {
  auto routes = out.values("Route");
  edge_.drop_own_routes(flow, routes);
  const bool foreign = uris_of(routes) != uris_of(dialog.core_route);
  out.set_values("Route", dialog.core_route);
  return !foreign || !edge_.policy.reject_foreign_routes;
}

/// An INFO whose meaning `to` hears by RTP or RTCP: it need not know of the request.
bool Sessions::told_by_media(const Call& call, const sip::Message& request, Side to) {
  if (!call.session || !request.is("INFO")) return false;
  if (asks_keyframe(request)) return edge_.media.ask_keyframe(call.id, to);
  const auto digit = digit_in(request);
  return digit && edge_.media.send_digit(call.id, to, digit->event, digit->duration);
}

bool Sessions::ask_keyframe(CallHandle id) {
  Call* call = edge_.call(id);
  if (call == nullptr || !call->session || !call->takes_keyframe_info) return false;
  const auto dialog = std::find_if(
      call->dialogs.begin(), call->dialogs.end(),
      [](const Dialog& one) { return one.confirmed && !one.ended && !one.core_target.empty(); });
  if (call->state != Call::State::answered || dialog == call->dialogs.end()) return false;
  ++call->cseq_shift;
  sip::Message info = request_to_core(*call, *dialog, "INFO", ++call->wic_cseq);
  info.set_body(keyframe_wish(), "application/media_control+xml");
  std::string next_hop = next_hop_of(info);
  edge_.open_core(std::move(info), std::move(next_hop), CorePurpose::keyframe).call = id;
  return true;
}

void Sessions::handle_keyframe_answer(CoreClient& client, const sip::Message& response) {
  if (response.status() < 200) return;
  Call* call = edge_.call(client.call);
  if (call != nullptr && response.status() >= 300) call->takes_keyframe_info = false;
  edge_.forget_core(client.id);
}

void Sessions::in_dialog_from_wic(common::TimePoint now, Flow& flow, W2ServerTx& transaction) {
  const sip::Message& request = transaction.request;
  Call* call = edge_.find_call(request.call_id(), request.from_tag(), request.to_tag(), false);
  if (call == nullptr && star_.handle_bye(now, flow, transaction)) return;
  if (call == nullptr) return refuse(now, transaction, 481, "no such dialog");
  const Registration* registration = edge_.registration(call->registration);
  if (registration == nullptr || registration->flow != flow.id) {
    return refuse(now, transaction, 403, "dialog belongs to another connection");  // C-081
  }
  Dialog& dialog = *call->find(request.to_tag());
  sip::Message out = request.clone();
  strip_untrusted(out, edge_.policy);
  out.remove("P-Preferred-Identity");
  if (!set_dialog_route(flow, dialog, out)) {
    return refuse(now, transaction, 400, "Route is not the dialog's route set");  // SES-17
  }
  static_cast<void>(lower_max_forwards(out));
  set_dialog_vector(out, call->charging);
  if (const int status = bodies_.glare(*call, dialog.core_tag, Side::wic, out); status != 0) {
    return refuse(now, transaction, status, "an offer waits for its answer");
  }
  if (answer_here(now, transaction, *call, dialog)) return;
  if (told_by_media(*call, request, Side::core)) {
    call->wic_cseq = std::max(call->wic_cseq, request.cseq().number + call->cseq_shift);
    return edge_.respond(now, transaction, request.reply(200));
  }
  bool offers = false;
  if (auto offered = bodies_.request(*call, dialog.core_tag, Side::wic, out, offers); !offered) {
    return refuse(now, transaction, 488, offered.error().message());
  }
  shift_cseq(out, call->cseq_shift);
  if (out.is("INVITE")) dialog.invite_shift = call->cseq_shift;
  if (out.is("PRACK")) shift_rack(out, dialog.invite_shift);
  call->wic_cseq = std::max(call->wic_cseq, out.cseq().number);
  if (out.has("Contact")) call->wic_target = uri_of(out.value("Contact"));
  const bool over = out.is("BYE") || ends_subscription(out);
  const std::string core_tag = request.to_tag();
  forward_to_core(now, transaction, std::move(out), call, offers);
  if (over) end_dialog(now, *call, core_tag, "ended by the web client");
}

void Sessions::handle_wic_ack(common::TimePoint now, Flow& flow, sip::Message ack) {
  W2ServerTx* server = edge_.find_server(flow.id, ack, "INVITE");
  if (server != nullptr && server->state == W2ServerTx::State::completed) {
    if (!edge_.repeats(flow.id)) return edge_.forget_server(server->id);
    // Timer I: the INVITE may still come again on its long way.
    server->again = {};
    server->last_response.clear();
    edge_.timers.clear(TimerKind::w2_server_again, server->id);
    edge_.timers.set(TimerKind::w2_server, server->id, now + edge_.policy.phone_t4);
    return;
  }
  if (edge_.repeats(flow.id)) edge_.handle_ack_of_2xx(flow.id, ack);
  Call* call = edge_.find_call(ack.call_id(), ack.from_tag(), ack.to_tag(), false);
  const Registration* registration =
      call == nullptr ? nullptr : edge_.registration(call->registration);
  if (registration == nullptr || registration->flow != flow.id || hides_sdp(ack)) return;
  Dialog& dialog = *call->find(ack.to_tag());
  if (dialog.answered_here == ack.cseq().number) return;
  shift_cseq(ack, dialog.invite_shift);
  strip_untrusted(ack, edge_.policy);
  ack.remove("P-Preferred-Identity");
  static_cast<void>(set_dialog_route(flow, dialog, ack));
  if (!lower_max_forwards(ack)) return;
  set_dialog_vector(ack, call->charging);
  const auto done = bodies_.ack(*call, dialog.core_tag, Side::wic, ack);
  if (!done) ack.clear_body();
  SendCoreStateless sent{std::move(ack), {}};
  sent.next_hop = next_hop_of(sent.request);
  dialog.ack =
      std::make_shared<SendCoreStateless>(SendCoreStateless{sent.request.clone(), sent.next_hop});
  const CallHandle id = call->id;
  edge_.outputs.emplace_back(std::move(sent));
  if (!done) release(now, id, 488, done.error().message());
}

void Sessions::in_dialog_from_core(common::TimePoint now, CoreServerTx transaction,
                                   sip::Message request) {
  const bool may_start = request.is("NOTIFY");  // it may overtake the 2xx that makes its dialog
  Call* call = edge_.find_call(request.call_id(), request.to_tag(), request.from_tag(), may_start);
  if (call == nullptr) return refuse_core(transaction, request, 481, "no such dialog");
  Registration* registration = edge_.registration(call->registration);
  const auto routes = request.values("Route");
  if (!routes.empty() && names_host(routes.front(), edge_.policy.core_uri_host)) {
    const auto uri = sip::Uri::parse(uri_of(routes.front()));
    if (edge_.tokens.open(FlowTokens::Use::dialog, uri ? uri->user : "") != call->registration) {
      return refuse_core(transaction, request, 403, "flow token not ours");
    }
  }
  const std::string core_tag = request.from_tag();
  Flow* flow =
      registration != nullptr && registration->flow ? edge_.flow(*registration->flow) : nullptr;
  if (flow == nullptr) {
    if (request.is("BYE")) {
      // Nobody is there to answer, and the core wants to be rid of it.
      edge_.reply_to_core(transaction, request.reply(200, {}));
      end_dialog(now, *call, core_tag, "ended by the other side during connection loss");
      return;
    }
    const bool outbound = registration != nullptr && registration->outbound;
    return refuse_core(transaction, request, outbound ? 430 : 480, "connection lost");
  }
  if (const int status = bodies_.glare(*call, core_tag, Side::core, request); status != 0) {
    return refuse_core(transaction, request, status, "an offer waits for its answer");
  }
  if (told_by_media(*call, request, Side::wic)) {
    call->core_cseq = std::max(call->core_cseq, request.cseq().number);
    return edge_.reply_to_core(transaction, request.reply(200, {}));
  }
  sip::Message out = request.clone();
  out.remove("Route");
  strip_confidential(out);
  static_cast<void>(lower_max_forwards(out));
  follow_contact(*registration, out);
  if (hides_sdp(out) && (out.is("INVITE") || out.is("UPDATE") || out.is("PRACK"))) {
    return refuse_core(transaction, request, 415, "session description must be application/sdp");
  }
  bool offers = false;
  if (auto offered = bodies_.request(*call, core_tag, Side::core, out, offers); !offered) {
    return refuse_core(transaction, request, 488, offered.error().message());
  }
  call->core_cseq = std::max(call->core_cseq, out.cseq().number);
  if (Dialog* dialog = call->find(core_tag); dialog != nullptr && out.has("Contact")) {
    dialog->core_target = uri_of(out.value("Contact"));
  } else if (dialog == nullptr) {
    call->dialogs.push_back({.core_tag = core_tag,
                             .core_address = std::string(out.value("From")),
                             .core_target = uri_of(out.value("Contact")),
                             .core_route = request.values("Record-Route"),
                             .ack = {},
                             .confirmed = true,
                             .media = {},
                             .timer = {},
                             .answered_here = {}});
  }
  const bool over = out.is("BYE") || ends_subscription(out);
  const bool sent = forward_to_wic(now, *flow, transaction, std::move(out), request, *registration,
                                   call, offers, call->charging);
  if (over && sent) end_dialog(now, *call, core_tag, "ended by the other side");
}

void Sessions::ack_from_core(common::TimePoint now, sip::Message ack) {
  Call* call = edge_.find_call(ack.call_id(), ack.to_tag(), ack.from_tag(), false);
  Registration* registration = call == nullptr ? nullptr : edge_.registration(call->registration);
  if (registration == nullptr || hides_sdp(ack)) return;
  ack.remove("Route");
  strip_confidential(ack);
  if (!lower_max_forwards(ack)) return;
  follow_contact(*registration, ack);
  const auto done = bodies_.ack(*call, ack.from_tag(), Side::core, ack);
  if (!done) ack.clear_body();
  // Without a connection the answer in it still counts.
  const Flow* carrier = registration->flow ? edge_.flow(*registration->flow) : nullptr;
  if (carrier != nullptr) {
    ack.prepend("Via", edge_.own_via(*carrier, "z9hG4bK" + edge_.random.hex(12)));
    std::string text = edge_.text_for(carrier->id, ack);
    if (edge_.repeats(carrier->id)) {
      Dialog& dialog = *call->find(ack.from_tag());
      dialog.wic_ack = text;
      dialog.wic_ack_cseq = ack.cseq().number;
    }
    edge_.send_text(carrier->id, std::move(text));
  }
  if (!done) release(now, call->id, 488, done.error().message());
}

void Sessions::end_dialog(common::TimePoint now, Call& call, std::string_view core_tag,
                          std::string_view why) {
  if (Dialog* dialog = call.find(core_tag)) dialog->ended = true;
  const auto live =
      std::find_if(call.dialogs.begin(), call.dialogs.end(),
                   [](const Dialog& dialog) { return dialog.confirmed && !dialog.ended; });
  if (call.state != Call::State::answered) return;
  if (live != call.dialogs.end()) {
    // Two forks answered and one was ended: its media may have been the call's.
    if (!call.session || edge_.media.confirm(call.id, live->core_tag)) return;
    release(now, call.id, 503, "media of the remaining fork cannot be carried");
    return;
  }
  report_end(now, call, 0, why);
  edge_.forget_call(call.id);
}

}  // namespace ims
