// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ims-interface/dialog/sessions.hpp"
#include "ims-interface/identity/asserted_identity.hpp"
#include "ims-interface/identity/trust_domain.hpp"
#include "ims-interface/sip/uri.hpp"

namespace ims {
namespace {

std::string user_of(std::string_view value) {
  const auto uri = sip::Uri::parse(uri_of(value));
  return uri ? uri->user : std::string{};
}

bool supports(const Registration& registration, std::string_view tag) {
  return std::find(registration.supported.begin(), registration.supported.end(), tag) !=
         registration.supported.end();
}

/// The party that the core says is called, when it is one of this user's identities (SES-13).
std::string called_identity(const sip::Message& request, const Registration& registration) {
  const std::string called = uri_of(request.value("P-Called-Party-ID"));
  if (!called.empty() && is_own_identity(called, registration.associated_uris)) return called;
  return registration.associated_uris.empty() ? registration.aor
                                              : registration.associated_uris.front();
}

std::string caller_of(const sip::Message& request) {
  const auto asserted = request.values("P-Asserted-Identity");
  return uri_of(asserted.empty() ? request.value("From") : std::string_view(asserted.front()));
}

}  // namespace

void Sessions::refuse_core(CoreServerTx transaction, const sip::Message& request, int status,
                           std::string_view why) {
  sip::Message response = request.reply(status, {}, edge_.random.hex(8));
  if (!why.empty()) response.set("Warning", edge_.warning(why));
  if (edge_.policy.response_source) {
    response.set("Response-Source", "fe=<urn:3gpp:fe:p-cscf.term>");
  }
  edge_.report({.kind = Event::Kind::request_refused,
                .flow = {},
                .call = {},
                .impi = {},
                .impu = uri_of(request.value("To")),
                .peer = uri_of(request.value("From")),
                .call_id = std::string(request.call_id()),
                .method = request.method(),
                .status = status,
                .why = std::string(why)});
  edge_.reply_to_core(transaction, std::move(response));
}

void Sessions::handle_core_request(common::TimePoint now, CoreServerTx transaction,
                                   sip::Message request) {
  if (request.is("ACK")) return ack_from_core(now, std::move(request));
  if (request.number("Max-Forwards") == 0U) return refuse_core(transaction, request, 483, "");
  if (request.to_tag().empty()) {
    terminate(now, transaction, std::move(request));
  } else {
    in_dialog_from_core(now, transaction, std::move(request));
  }
}

Registration* Sessions::find_terminating(CoreServerTx transaction, const sip::Message& request) {
  const auto routes = request.values("Route");
  const std::string token = user_of(routes.empty() ? request.request_uri() : routes.front());
  const auto id = edge_.tokens.open(FlowTokens::Use::path, token);
  if (!id) {
    refuse_core(transaction, request, 403, "flow token not ours");  // C-088
    return nullptr;
  }
  Registration* registration = edge_.registration(*id);
  if (registration == nullptr || !registration->active) {
    refuse_core(transaction, request, 480, "not registered");
    return nullptr;
  }
  if (!registration->flow || edge_.flow(*registration->flow) == nullptr) {
    refuse_core(transaction, request, registration->outbound ? 430 : 480, "connection lost");
    return nullptr;
  }
  return registration;
}

void Sessions::terminate(common::TimePoint now, CoreServerTx transaction, sip::Message request) {
  Registration* registration = find_terminating(transaction, request);
  if (registration == nullptr) return;
  Flow& flow = *edge_.flow(*registration->flow);
  if (edge_.draining && request.is("INVITE")) {
    return refuse_core(transaction, request, 480, "shutting down");
  }
  for (const std::string_view tag : {"100rel", "precondition"}) {
    if (!request.lists("Require", tag) || supports(*registration, tag)) continue;
    sip::Message response = request.reply(420, {}, edge_.random.hex(8));
    response.set("Unsupported", std::string(tag));
    response.set("Warning", edge_.warning("the web client does not support " + std::string(tag)));
    edge_.reply_to_core(transaction, std::move(response));
    return;
  }
  if (request.is("INVITE") && hides_sdp(request)) {
    return refuse_core(transaction, request, 415, "session description must be application/sdp");
  }
  if (makes_dialog(request.method()) &&
      (registration->calls.size() >= edge_.policy.dialogs_per_flow ||
       edge_.calls.size() >= edge_.policy.dialogs)) {
    return refuse_core(transaction, request, request.is("INVITE") ? 486 : 503, "too many dialogs");
  }

  sip::Message out = request.clone();
  const ChargingIds charging = read_vector(request, edge_.random);
  out.remove("Route");
  strip_confidential(out);
  static_cast<void>(lower_max_forwards(out));
  Call* call = nullptr;
  bool offers = false;
  if (makes_dialog(out.method())) {
    call = &edge_.open_call(now, *registration, std::string(out.call_id()), out.is("INVITE"));
    edge_.media.set_access(call->id, access_side_of(flow.peer));
    call->impu = called_identity(request, *registration);
    call->peer = caller_of(out);
    call->charging = charging;
    call->core_cseq = out.cseq().number;
    call->dialogs.push_back({.core_tag = out.from_tag(),
                             .core_address = std::string(out.value("From")),
                             .core_target = uri_of(out.value("Contact")),
                             .core_route = out.values("Record-Route"),
                             .ack = {},
                             .media = {},
                             .timer = {},
                             .answered_here = {}});
    out.prepend("Record-Route",
                "<sip:" + edge_.tokens.make(FlowTokens::Use::dialog, registration->id) + "@" +
                    edge_.policy.core_uri_host + ";lr>");
    if (auto offered = bodies_.request(*call, out.from_tag(), Side::core, out, offers); !offered) {
      refuse_core(transaction, request, 488, offered.error().message());
      edge_.forget_call(call->id);
      return;
    }
  }
  if (!forward_to_wic(now, flow, transaction, std::move(out), request, *registration, call, offers,
                      charging)) {
    if (call != nullptr) edge_.forget_call(call->id);
    return;
  }
  if (call != nullptr && call->session) {
    edge_.report({.kind = Event::Kind::call_started,
                  .flow = flow.id,
                  .call = call->id,
                  .impi = registration->identity.impi,
                  .impu = call->impu,
                  .peer = call->peer,
                  .call_id = call->call_id,
                  .method = {},
                  .why = {}});
  }
}

bool Sessions::forward_to_wic(common::TimePoint now, Flow& flow, CoreServerTx transaction,
                              sip::Message out, const sip::Message& request,
                              Registration& registration, Call* call, bool offers,
                              const ChargingIds& charging) {
  auto record_routes = out.values("Record-Route");
  if (flow.peer.is_phone() && makes_dialog(out.method()) && out.to_tag().empty()) {
    out.prepend("Record-Route", edge_.access_route(flow, registration.id));
  }
  W2ClientTx* client = edge_.open_client(now, flow, std::move(out));
  if (client == nullptr) {
    refuse_core(transaction, request, 503, "too many transactions on this connection");
    return false;
  }
  client->core = transaction;
  client->core_vias = request.values("Via");
  client->record_routes = std::move(record_routes);
  client->registration = registration.id;
  client->charging = charging;
  client->identity = called_identity(request, registration);
  client->offers = offers;
  edge_.w2_clients_by_core[transaction.value] = client->id;
  if (call != nullptr) {
    client->call = call->id;
    if (call->initial_w2 == 0 && !call->originating) call->initial_w2 = client->id;
  }
  return true;
}

void Sessions::handle_core_cancel(common::TimePoint now, CoreServerTx transaction,
                                  std::string_view reason) {
  const auto found = edge_.w2_clients_by_core.find(transaction.value);
  if (found == edge_.w2_clients_by_core.end()) return;
  W2ClientTx& client = edge_.w2_clients.at(found->second);
  if (client.answered) return;
  client.cancel_reason = reason;
  edge_.send_cancel(now, client);
}

void Sessions::handle_wic_response(common::TimePoint now, std::uint64_t id, sip::Message response) {
  const auto found = edge_.w2_clients.find(id);
  if (found == edge_.w2_clients.end()) return;
  W2ClientTx& client = found->second;
  const int status = response.status();
  const bool invite = client.request.is("INVITE");
  if (response.cseq() != client.request.cseq()) {  // the CANCEL's 200 has the same branch
    if (response.cseq().method == "CANCEL") {
      edge_.timers.clear(TimerKind::w2_cancel_again, id);
      client.cancel_again = {};
    }
    return;
  }
  if (invite || status >= 200) {
    edge_.timers.clear(TimerKind::w2_client_again, id);
    client.again = {};
  } else {
    client.again.interval = edge_.policy.phone_t2;  // RFC 3261 17.1.2.2
  }
  if (status < 200) {
    client.provisional = true;
    if (client.cancel_wanted) edge_.send_cancel(now, client);
    if (invite && !client.cancelled) {
      edge_.timers.set(TimerKind::w2_client, id, now + edge_.policy.ring_timeout);
    }
    if (status == 100) return;
  }
  if (client.answered) {  // a client repeats its 2xx until the ACK comes (RFC 3261 13.3.1.4)
    if (edge_.repeats(client.flow)) repeat_ack_of_2xx(client, response);
    return;
  }
  if (invite && status >= 300) edge_.send_ack_for_failure(now, client, response);
  if (client.own || client.core.value == 0) {
    if (invite && status >= 200 && status < 300) {
      end_late_wic_answer(now, client, response, reason_value(487, "call given up"));
    }
    if (status >= 200) edge_.forget_client(id);
    return;
  }
  strip_untrusted(response, edge_.policy);
  response.remove("P-Preferred-Identity");
  if (status < 300) response.set("P-Asserted-Identity", "<" + client.identity + ">");
  set_terminating_vector(response, client.charging, edge_.policy);
  response.set_values("Via", client.core_vias);  // SES-15
  if (response.has("Record-Route") || (makes_dialog(client.request.method()) && status < 300)) {
    response.set_values("Record-Route", client.record_routes);
  }
  Call* call = edge_.call(client.call);
  if (call != nullptr && call->initial_w2 == id && !call->originating) {
    handle_wic_answer(now, client, *call, response);
    return;
  }
  if (call != nullptr) {
    if (Dialog* dialog = call->find(client.request.from_tag())) {
      dialog->timer.note(now, Side::core, response);
    }
    auto done =
        bodies_.response(*call, client.request.from_tag(), Side::wic, response, client.offers);
    if (!done && status < 200) response.clear_body();
    if (!done && status >= 200) {
      const std::string why = done.error().message();
      const CallHandle handle = call->id;
      refuse_core(client.core, response, 488, why);
      if (invite) end_late_wic_answer(now, client, response, reason_value(488, why));
      edge_.forget_client(id);
      release(now, handle, 488, why);
      return;
    }
  }
  edge_.reply_to_core(client.core, std::move(response));
  if (status < 200) return;
  if (invite && status < 300) {
    client.answered = true;
    edge_.timers.set(TimerKind::w2_client, id, now + edge_.policy.transaction_timeout);
  } else {
    edge_.forget_client(id);
  }
}

void Sessions::repeat_ack_of_2xx(const W2ClientTx& client, const sip::Message& response) {
  Call* call = edge_.call(client.call);
  const Dialog* dialog = call == nullptr ? nullptr : call->find(client.request.from_tag());
  if (dialog == nullptr || dialog->wic_ack_cseq != response.cseq().number) return;
  edge_.send_text(client.flow, dialog->wic_ack);
}

void Sessions::handle_wic_answer(common::TimePoint now, W2ClientTx& client, Call& call,
                                 sip::Message& response) {
  const int status = response.status();
  const std::uint64_t id = client.id;
  if (status >= 300) {
    report_end(now, call, status,
               "answered " + std::to_string(status) + " " + std::string(response.reason()));
    edge_.reply_to_core(client.core, std::move(response));
    edge_.forget_call(call.id);
    edge_.forget_client(id);
    return;
  }
  if (!response.to_tag().empty()) {
    call.wic_tag = response.to_tag();
    call.wic_address = response.value("To");
  }
  if (response.has("Contact")) call.wic_target = uri_of(response.value("Contact"));
  const std::string core_tag = client.request.from_tag();
  auto done = bodies_.response(call, core_tag, Side::wic, response, client.offers);
  if (done && status >= 200) done = bodies_.confirm(call, core_tag);
  if (!done && status < 200) response.clear_body();
  if (!done && status >= 200) {
    const std::string why = done.error().message();
    report_end(now, call, 488, "answer refused: " + why);
    end_late_wic_answer(now, client, response, reason_value(488, why));
    sip::Message refusal = response.reply(488);
    refusal.set("Warning", edge_.warning(why));
    edge_.reply_to_core(client.core, std::move(refusal));
    edge_.forget_call(call.id);
    edge_.forget_client(id);
    return;
  }
  if (status < 200) {
    if (call.state == Call::State::calling) call.state = Call::State::early;
    edge_.reply_to_core(client.core, std::move(response));
    return;
  }
  call.dialogs.front().confirmed = true;
  call.dialogs.front().timer.note(now, Side::core, response);
  call.state = Call::State::answered;
  client.answered = true;
  edge_.timers.set(TimerKind::w2_client, id, now + edge_.policy.transaction_timeout);
  if (call.session) {
    call.answered = now;
    edge_.report({.kind = Event::Kind::call_answered,
                  .flow = client.flow,
                  .call = call.id,
                  .impi = {},
                  .impu = call.impu,
                  .peer = call.peer,
                  .call_id = call.call_id,
                  .method = {},
                  .status = status,
                  .why = {}});
  } else {
    const auto life = std::chrono::seconds(response.number("Expires").value_or(3600));
    edge_.timers.set(TimerKind::call, call.id.value, now + life + std::chrono::seconds(60));
  }
  edge_.reply_to_core(client.core, std::move(response));
  if (!client.request.is("INVITE")) edge_.forget_client(id);
}

void Sessions::handle_w2_client_timeout(common::TimePoint now, std::uint64_t id) {
  const auto found = edge_.w2_clients.find(id);
  if (found == edge_.w2_clients.end()) return;
  W2ClientTx& client = found->second;
  if (client.answered) return edge_.forget_client(id);
  if (client.request.is("INVITE") && client.provisional && !client.cancelled) {
    edge_.send_cancel(now, client);  // timer C
    edge_.timers.set(TimerKind::w2_client, id, now + std::chrono::seconds(32));
    return;
  }
  handle_wic_response(now, id, client.request.reply(408, {}, edge_.random.hex(8)));
}

}  // namespace ims
