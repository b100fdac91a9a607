// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ims-interface/dialog/sessions.hpp"
#include "ims-interface/sip/text.hpp"

namespace ims {
namespace {

sip::Message in_dialog(std::string_view method, const std::string& target,
                       const std::vector<std::string>& route, std::string_view from,
                       std::string_view to, std::string_view call_id, std::uint32_t cseq) {
  sip::Message out = sip::Message::request(method, target);
  out.add("Max-Forwards", "70");
  out.set_values("Route", route);
  out.add("From", std::string(from));
  out.add("To", std::string(to));
  out.add("Call-ID", std::string(call_id));
  out.add("CSeq", std::to_string(cseq) + " " + std::string(method));
  return out;
}

}  // namespace

std::string reason_value(int cause, std::string_view why) {
  std::string text;
  for (const char c : why.substr(0, 120)) {
    text.push_back(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
  }
  return "SIP;cause=" + std::to_string(cause) + ";text=" + sip::quote(text);
}

void Sessions::report_end(common::TimePoint now, const Call& call, int status,
                          std::string_view why) {
  if (!call.session) return;
  const Registration* registration = edge_.registration(call.registration);
  edge_.report({.kind = Event::Kind::call_ended,
                .flow = registration == nullptr ? FlowId{} : registration->flow.value_or(FlowId{}),
                .call = call.id,
                .impi = registration == nullptr ? "" : registration->identity.impi,
                .impu = call.impu,
                .peer = call.peer,
                .call_id = call.call_id,
                .method = {},
                .originating = call.originating,
                .status = status,
                .why = std::string(why),
                .duration = call.answered ? std::chrono::duration_cast<std::chrono::milliseconds>(
                                                now - *call.answered)
                                          : std::chrono::milliseconds(0)});
}

sip::Message request_to_core(const Call& call, const Dialog& dialog, std::string_view method,
                             std::uint32_t cseq) {
  sip::Message out = in_dialog(method, dialog.core_target, dialog.core_route, call.wic_address,
                               dialog.core_address, call.call_id, cseq);
  set_dialog_vector(out, call.charging);
  return out;
}

void Sessions::bye_to_core(const Call& call, const Dialog& dialog, std::string_view reason) {
  if (dialog.core_target.empty()) return;
  sip::Message bye = request_to_core(call, dialog, "BYE", call.wic_cseq + 1);
  bye.add("Reason", std::string(reason));
  std::string next_hop = next_hop_of(bye);
  edge_.open_core(std::move(bye), std::move(next_hop), CorePurpose::bye);
}

void Sessions::bye_to_wic(common::TimePoint now, const Call& call, const Dialog& dialog,
                          std::string_view reason) {
  const Registration* registration = edge_.registration(call.registration);
  Flow* flow =
      registration != nullptr && registration->flow ? edge_.flow(*registration->flow) : nullptr;
  if (flow == nullptr || call.wic_target.empty()) return;
  sip::Message bye = in_dialog("BYE", call.wic_target, {}, dialog.core_address, call.wic_address,
                               call.call_id, call.core_cseq + 1);
  bye.add("Reason", std::string(reason));
  if (W2ClientTx* client = edge_.open_client(now, *flow, std::move(bye))) client->own = true;
}

void Sessions::end_late_core_answer(const CoreClient& client, const sip::Message& response,
                                    std::string_view reason) {
  const sip::Message& invite = client.request;
  const std::string target = uri_of(response.value("Contact"));
  if (target.empty()) return;
  const auto route = core_route_of(response, edge_.policy);
  const auto cseq = invite.cseq().number;
  sip::Message ack = in_dialog("ACK", target, route, invite.value("From"), response.value("To"),
                               invite.call_id(), cseq);
  std::string next_hop = next_hop_of(ack);
  edge_.outputs.emplace_back(SendCoreStateless{std::move(ack), next_hop});
  sip::Message bye = in_dialog("BYE", target, route, invite.value("From"), response.value("To"),
                               invite.call_id(), cseq + 1);
  bye.add("Reason", std::string(reason));
  edge_.open_core(std::move(bye), std::move(next_hop), CorePurpose::bye);
}

void Sessions::settle_unheard(common::TimePoint now, CoreClient& client, Call& call,
                              sip::Message& response) {
  const bool accepted =
      client.request.is("INVITE") && response.status() >= 200 && response.status() < 300;
  const CallHandle id = call.id;
  if (call.initial_core == client.id) {  // a fork that answers when the call is long going on
    if (accepted)
      end_late_core_answer(client, response, reason_value(487, "another fork answered"));
    return;
  }
  const auto done = bodies_.response(call, response.to_tag(), Side::core, response, client.offers);
  Dialog* dialog = call.find(response.to_tag());
  if (!accepted || dialog == nullptr) return;
  sip::Message ack =
      in_dialog("ACK", dialog->core_target, dialog->core_route, client.request.value("From"),
                response.value("To"), call.call_id, client.request.cseq().number);
  SendCoreStateless sent{std::move(ack), {}};
  sent.next_hop = next_hop_of(sent.request);
  dialog->ack =
      std::make_shared<SendCoreStateless>(SendCoreStateless{sent.request.clone(), sent.next_hop});
  edge_.outputs.emplace_back(std::move(sent));
  // An offer in the 2xx has nobody to answer it.
  const bool unanswerable = !client.offers && response.has_sdp();
  if (!done || unanswerable) release(now, id, 503, "connection lost while the session changed");
}

void Sessions::end_late_wic_answer(common::TimePoint now, const W2ClientTx& client,
                                   const sip::Message& response, std::string_view reason) {
  Flow* flow = edge_.flow(client.flow);
  const std::string target = uri_of(response.value("Contact"));
  if (flow == nullptr || target.empty()) return;
  const sip::Message& invite = client.request;
  const auto cseq = invite.cseq().number;
  sip::Message ack = in_dialog("ACK", target, {}, invite.value("From"), response.value("To"),
                               invite.call_id(), cseq);
  ack.prepend("Via", edge_.own_via(*flow, "z9hG4bK" + edge_.random.hex(12)));
  edge_.send(flow->id, ack);
  sip::Message bye = in_dialog("BYE", target, {}, invite.value("From"), response.value("To"),
                               invite.call_id(), cseq + 1);
  bye.add("Reason", std::string(reason));
  if (W2ClientTx* sent = edge_.open_client(now, *flow, std::move(bye))) sent->own = true;
}

bool Sessions::release(common::TimePoint now, CallHandle id, int cause, std::string_view why) {
  Call* call = edge_.call(id);
  if (call == nullptr) return false;
  const std::string reason = reason_value(cause, why);
  const int status = cause >= 400 && cause < 700 ? cause : 480;
  if (call->session) {
    for (const Dialog& dialog : call->dialogs) {
      if (!dialog.confirmed || dialog.ended) continue;
      bye_to_core(*call, dialog, reason);
      bye_to_wic(now, *call, dialog, reason);
    }
  }
  if (call->state != Call::State::answered && call->originating && call->initial_core) {
    const auto client = edge_.core_clients.find(call->initial_core->value);
    if (client != edge_.core_clients.end() && call->session) {
      client->second.abandoned = true;
      if (!client->second.cancelled) {
        edge_.outputs.emplace_back(CancelCoreRequest{client->second.id, reason});
      }
      client->second.cancelled = true;
      edge_.timers.set(TimerKind::core_client, client->second.id.value,
                       now + std::chrono::seconds(32));
    }
    const auto server = edge_.w2_servers.find(call->initial_w2);
    if (server != edge_.w2_servers.end()) edge_.refuse(now, server->second, status, why);
  }
  if (call->state != Call::State::answered && !call->originating) {
    const auto client = edge_.w2_clients.find(call->initial_w2);
    if (client != edge_.w2_clients.end()) {
      sip::Message refusal = client->second.request.reply(status, {}, edge_.random.hex(8));
      refusal.set_values("Via", client->second.core_vias);
      refusal.set("Reason", reason);
      edge_.reply_to_core(client->second.core, std::move(refusal));
      edge_.w2_clients_by_core.erase(client->second.core.value);
      client->second.core = {};
      client->second.cancel_reason = reason;
      edge_.send_cancel(now, client->second);
    }
  }
  report_end(now, *call, cause, why);
  edge_.forget_call(id);
  return true;
}

void Sessions::release_all(common::TimePoint now, RegistrationId id, int cause,
                           std::string_view why) {
  const Registration* registration = edge_.registration(id);
  if (registration == nullptr) return;
  for (const CallHandle call : std::set<CallHandle>(registration->calls)) {
    release(now, call, cause, why);
  }
}

void Sessions::handle_flow_lost(common::TimePoint now, const Flow& flow) {
  std::vector<std::uint64_t> servers;
  for (const auto& [id, server] : edge_.w2_servers) {
    if (server.flow == flow.id) servers.push_back(id);
  }
  for (const std::uint64_t id : servers) {
    const W2ServerTx& server = edge_.w2_servers.at(id);
    const Call* call = edge_.call(server.call);
    const bool calling = call != nullptr && call->initial_w2 == id && call->originating &&
                         call->state != Call::State::answered;
    const CallHandle handle = server.call;
    edge_.forget_server(id);
    if (calling) release(now, handle, 503, "connection lost while calling");
  }
  std::vector<std::uint64_t> clients;
  for (const auto& [id, client] : edge_.w2_clients) {
    if (client.flow == flow.id) clients.push_back(id);
  }
  for (const std::uint64_t id : clients) {
    W2ClientTx& client = edge_.w2_clients.at(id);
    if (!client.answered && client.core.value != 0) {
      const Registration* registration = edge_.registration(client.registration);
      const int status = registration != nullptr && registration->outbound ? 430 : 480;
      // What a WIC does not answer any more is answered for it.
      handle_wic_response(now, id, client.request.reply(status, {}, edge_.random.hex(8)));
    }
    edge_.forget_client(id);
  }
}

void Sessions::handle_call_timeout(common::TimePoint now, CallHandle id) {
  const Call* call = edge_.call(id);
  if (call == nullptr) return;
  if (call->session) {
    release(now, id, 503, "registration expired long ago");
  } else {
    edge_.forget_call(id);
  }
}

}  // namespace ims
