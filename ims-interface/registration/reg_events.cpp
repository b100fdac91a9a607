// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/reg_events.hpp"

#include <algorithm>

#include "ims-interface/identity/charging.hpp"
#include "ims-interface/registration/reg_event.hpp"
#include "ims-interface/registration/registrar.hpp"
#include "ims-interface/sip/text.hpp"
#include "ims-interface/sip/uri.hpp"

namespace ims {

void RegEvents::subscribe(common::TimePoint now, Registration& registration) {
  static_cast<void>(now);
  if (!edge_.policy.subscribe_reg_event || !registration.subscription.call_id.empty()) return;
  RegSubscription& own = registration.subscription;
  own.call_id = edge_.random.hex(16);
  own.local_tag = edge_.random.hex(8);
  edge_.reg_event_dialogs.emplace(own.call_id, registration.id);
  send(registration);
}

void RegEvents::send(Registration& registration) {
  RegSubscription& own = registration.subscription;
  const std::string& impu = registration.associated_uris.front();
  const std::string contact =
      "sip:" + edge_.tokens.make(FlowTokens::Use::subscription, registration.id) + "@" +
      edge_.policy.core_uri_host;
  sip::Message request =
      sip::Message::request("SUBSCRIBE", own.remote_target.empty() ? impu : own.remote_target);
  request.add("Max-Forwards", "70");
  if (!own.remote_target.empty()) {
    request.set_values("Route", own.route);
  } else if (edge_.policy.reg_event_by_service_route) {
    request.set_values("Route", registration.service_route);
  }
  request.add("From", "<sip:" + edge_.policy.core_uri_host + ">;tag=" + own.local_tag);
  request.add("To", "<" + impu + ">" + (own.remote_tag.empty() ? "" : ";tag=" + own.remote_tag));
  request.add("Call-ID", own.call_id);
  request.add("CSeq", std::to_string(++own.cseq) + " SUBSCRIBE");
  request.add("Contact", "<" + contact + ">");
  request.add("Event", "reg");
  request.add("Accept", "application/reginfo+xml");
  request.add("Expires", std::to_string(edge_.policy.reg_event_expires.count()));
  // The S-CSCF authorises the subscriber as a member of the implicit set.
  request.add("P-Asserted-Identity", "<" + impu + ">");
  set_originating_vector(request, new_charging_ids(edge_.random), edge_.policy);
  std::string next_hop = next_hop_of(request);
  if (!request.has("Route") && !edge_.policy.register_next_hop.empty()) {
    next_hop = edge_.policy.register_next_hop;
  }
  own.under_way = true;
  CoreClient& client =
      edge_.open_core(std::move(request), std::move(next_hop), CorePurpose::reg_event);
  client.registration = registration.id;
}

void RegEvents::handle_response(common::TimePoint now, CoreClientTx transaction,
                                const sip::Message& response) {
  if (response.status() < 200) return;
  const RegistrationId id = edge_.core_clients.at(transaction.value).registration;
  edge_.forget_core(transaction);
  Registration* registration = edge_.registration(id);
  if (registration == nullptr) return;
  RegSubscription& own = registration->subscription;
  own.under_way = false;
  if (response.status() >= 300) {
    edge_.reg_event_dialogs.erase(own.call_id);
    own = {};  // the next refresh of the registration tries again
    return;
  }
  own.remote_tag = response.to_tag();
  own.remote_target = uri_of(response.value("Contact"));
  own.route = response.values("Record-Route");
  std::reverse(own.route.begin(), own.route.end());
  const auto granted = std::chrono::seconds(response.number("Expires").value_or(3600));
  const auto margin =
      granted > std::chrono::seconds(1200) ? std::chrono::seconds(600) : granted / 2;
  edge_.timers.set(TimerKind::reg_event, id.value, now + granted - margin);
}

void RegEvents::handle_refresh(common::TimePoint now, RegistrationId id) {
  static_cast<void>(now);
  Registration* registration = edge_.registration(id);
  if (registration == nullptr || !registration->active || registration->subscription.under_way) {
    return;
  }
  send(*registration);
}

bool RegEvents::handle_notify(common::TimePoint now, CoreServerTx transaction,
                              const sip::Message& request) {
  const auto found = edge_.reg_event_dialogs.find(std::string(request.call_id()));
  if (found == edge_.reg_event_dialogs.end()) return false;
  const RegistrationId id = found->second;
  Registration* registration = edge_.registration(id);
  if (registration == nullptr || request.to_tag() != registration->subscription.local_tag) {
    edge_.reply_to_core(transaction, request.reply(481, {}, edge_.random.hex(8)));
    return true;
  }
  edge_.reply_to_core(transaction, request.reply(200, {}));
  const bool over = sip::to_lower(request.value("Subscription-State")).starts_with("terminated");
  if (over) {
    edge_.timers.clear(TimerKind::reg_event, id.value);
    edge_.reg_event_dialogs.erase(found);
    registration->subscription = {};
  }
  if (!request.body().empty()) apply(now, id, request.body());
  return true;
}

bool RegEvents::register_in_flight(const Registration& registration) {
  const Flow* flow = registration.flow ? edge_.flow(*registration.flow) : nullptr;
  return flow != nullptr && flow->pending_register != 0;
}

void RegEvents::apply(common::TimePoint now, RegistrationId id, const std::string& body) {
  const auto parsed = parse_reginfo(body);
  if (!parsed) return;
  Registration* registration = edge_.registration(id);
  for (const RegInfoRegistration& entry : *parsed) {
    if (registration == nullptr || sip::normalized_aor(entry.aor) != registration->aor) continue;
    const auto ours =
        std::find_if(entry.contacts.begin(), entry.contacts.end(),
                     [&](const RegInfoContact& c) { return c.uri == registration->contact.uri; });
    // Some cores say it by the registration's state alone, without any contact element.
    const bool gone = (ours != entry.contacts.end() && !ours->active) ||
                      (ours == entry.contacts.end() && entry.state == "terminated");
    // The core tells the watchers of a de-registration before it answers the REGISTER that asked
    // for it; that answer is for the WIC and must still find its flow.
    if (gone && register_in_flight(*registration)) return;
    if (gone) {
      const std::string why =
          "ended by the network: " + (ours != entry.contacts.end() && !ours->event.empty()
                                          ? ours->event
                                          : std::string("registration terminated"));
      registrar_->end(now, id, {.cause = 403, .why = why, .tell_core = false, .close_code = 1008});
      return;
    }
    if (ours != entry.contacts.end() && ours->event == "shortened" && ours->expires) {
      registration->expires_at =
          std::min(registration->expires_at, now + std::chrono::seconds(*ours->expires));
      edge_.timers.set(TimerKind::registration, id.value, registration->expires_at);
    }
  }
}

}  // namespace ims
