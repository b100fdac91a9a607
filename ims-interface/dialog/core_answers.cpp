// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ims-interface/dialog/sessions.hpp"
#include "ims-interface/identity/trust_domain.hpp"

namespace ims {
namespace {

/// RFC 3261 16.7 step 6 leaves 2xx retransmissions alone; 64*T1 of the core side bounds them.
constexpr std::chrono::seconds late_answers{32};

}  // namespace

std::vector<std::string> core_route_of(const sip::Message& response, const Policy& policy) {
  auto routes = response.values("Record-Route");
  std::reverse(routes.begin(), routes.end());
  // Ours is the first on the way out. One further on is the called side's, where one gateway serves
  // both parties, and must stay.
  if (!routes.empty() && names_host(routes.front(), policy.core_uri_host)) {
    routes.erase(routes.begin());
  }
  return routes;
}

void Sessions::handle_core_response(common::TimePoint now, CoreClientTx transaction,
                                    sip::Message response) {
  CoreClient& client = edge_.core_clients.at(transaction.value);
  const int status = response.status();
  const bool invite = client.request.is("INVITE");
  if (status == 100) return;
  if (client.answered) {
    if (status >= 200 && status < 300) handle_core_2xx_again(client, response);
    if (client.answered_tags.count(response.to_tag()) != 0 || status >= 300) return;
  }
  if (client.abandoned) {
    if (invite && status >= 200 && status < 300) {
      end_late_core_answer(client, response, reason_value(487, "call given up"));
    }
    if (status >= 200) edge_.forget_core(transaction);
    return;
  }
  const auto waiting = edge_.w2_servers.find(client.w2);
  Call* call = edge_.call(client.call);
  if (waiting == edge_.w2_servers.end() || client.purpose != CorePurpose::forward) {
    if (call != nullptr && call->session) settle_unheard(now, client, *call, response);
    if (invite && status >= 200 && status < 300) {
      client.answered = true;
      client.answered_tags[response.to_tag()] = true;
      edge_.timers.set(TimerKind::core_client, transaction.value, now + late_answers);
    } else if (status >= 200) {
      edge_.forget_core(transaction);
    }
    return;
  }
  const bool initial = call != nullptr && call->initial_core == transaction;
  const std::uint64_t server = waiting->first;
  // The WIC's own number: the request may have gone on with a higher one.
  response.set("CSeq", std::string(waiting->second.request.value("CSeq")));
  strip_confidential(response);
  if (initial) {
    handle_initial_answer(now, client, *call, response);
    return;
  }
  if (call != nullptr) {
    if (Dialog* dialog = call->find(response.to_tag())) {
      dialog->timer.note(now, Side::wic, response);
    }
    auto done = bodies_.response(*call, response.to_tag(), Side::core, response, client.offers);
    if (!done && status < 200) response.clear_body();
    if (!done && status >= 200) {
      const std::string why = done.error().message();
      const CallHandle id = call->id;
      edge_.refuse(now, edge_.w2_servers.at(server), 488, why);
      if (invite) end_late_core_answer(client, response, reason_value(488, why));
      edge_.forget_core(transaction);
      release(now, id, 488, why);
      return;
    }
  }
  if (invite && status >= 200 && status < 300) {
    client.answered = true;
    client.answered_tags[response.to_tag()] = true;
    edge_.timers.set(TimerKind::core_client, transaction.value, now + late_answers);
  }
  edge_.respond(now, edge_.w2_servers.at(server), std::move(response));
  if (status >= 200 && !edge_.core_clients.at(transaction.value).answered) {
    edge_.forget_core(transaction);
  }
}

void Sessions::handle_initial_answer(common::TimePoint now, CoreClient& client, Call& call,
                                     sip::Message& response) {
  const int status = response.status();
  const CoreClientTx transaction = client.id;
  W2ServerTx& server = edge_.w2_servers.at(client.w2);
  if (status >= 300) {
    report_end(now, call, status,
               "answered " + std::to_string(status) + " " + std::string(response.reason()));
    edge_.respond(now, server, std::move(response));
    edge_.forget_call(call.id);
    edge_.forget_core(transaction);
    return;
  }
  const std::string tag = response.to_tag();
  if (!tag.empty()) {
    Dialog* dialog = call.find(tag);
    if (dialog == nullptr) {
      dialog = &call.dialogs.emplace_back();
      dialog->media = call.first_offer;
    }
    dialog->core_tag = tag;
    dialog->core_address = response.value("To");
    if (response.has("Contact")) dialog->core_target = uri_of(response.value("Contact"));
    if (response.has("Record-Route")) {
      dialog->core_route = core_route_of(response, edge_.policy);
    }
    const Flow* flow = edge_.flow(server.flow);
    if (flow != nullptr && flow->peer.is_phone()) {
      response.add("Record-Route", edge_.access_route(*flow, call.registration));
    }
    dialog->confirmed = dialog->confirmed || status >= 200;
    dialog->timer.note(now, Side::wic, response);
  }
  auto done = bodies_.response(call, tag, Side::core, response, client.offers);
  if (done && status >= 200) done = bodies_.confirm(call, tag);
  if (!done && status < 200) response.clear_body();
  if (!done && status >= 200) {
    const std::string why = done.error().message();
    end_late_core_answer(client, response, reason_value(488, why));
    report_end(now, call, 488, "answer refused: " + why);
    edge_.refuse(now, server, 488, why);
    edge_.forget_call(call.id);
    edge_.forget_core(transaction);
    return;
  }
  if (status < 200) {
    if (call.state == Call::State::calling) call.state = Call::State::early;
    if (!client.cancelled) {
      edge_.timers.set(TimerKind::core_client, transaction.value, now + edge_.policy.ring_timeout);
    }
    edge_.respond(now, server, std::move(response));
    return;
  }
  client.answered = true;
  client.answered_tags[tag] = true;
  edge_.timers.set(TimerKind::core_client, transaction.value, now + late_answers);
  if (call.state != Call::State::answered && call.session) {
    call.answered = now;
    edge_.report({.kind = Event::Kind::call_answered,
                  .flow = server.flow,
                  .call = call.id,
                  .impi = {},
                  .impu = call.impu,
                  .peer = call.peer,
                  .call_id = call.call_id,
                  .method = {},
                  .originating = true,
                  .status = status,
                  .why = {}});
  }
  call.state = Call::State::answered;
  if (!call.session) {
    const auto life = std::chrono::seconds(response.number("Expires").value_or(3600));
    edge_.timers.set(TimerKind::call, call.id.value, now + life + std::chrono::seconds(60));
  }
  edge_.respond(now, server, std::move(response));
  if (!client.request.is("INVITE")) edge_.forget_core(transaction);
}

void Sessions::handle_core_2xx_again(CoreClient& client, const sip::Message& response) {
  Call* call = edge_.call(client.call);
  Dialog* dialog = call == nullptr ? nullptr : call->find(response.to_tag());
  if (dialog == nullptr || dialog->ack == nullptr) return;
  edge_.outputs.emplace_back(
      SendCoreStateless{dialog->ack->request.clone(), dialog->ack->next_hop});
}

void Sessions::handle_core_client_timeout(common::TimePoint now, CoreClientTx transaction) {
  const auto found = edge_.core_clients.find(transaction.value);
  if (found == edge_.core_clients.end()) return;
  CoreClient& client = found->second;
  if (client.answered) return edge_.forget_core(transaction);
  if (client.request.is("INVITE") && !client.cancelled) {
    client.cancelled = true;  // timer C (RFC 3261 16.8)
    edge_.outputs.emplace_back(CancelCoreRequest{transaction, reason_value(408, "no answer")});
    edge_.timers.set(TimerKind::core_client, transaction.value, now + late_answers);
    return;
  }
  handle_core_response(now, transaction, client.request.reply(408, {}, edge_.random.hex(8)));
}

}  // namespace ims
