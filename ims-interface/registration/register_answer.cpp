// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ims-interface/dialog/sessions.hpp"
#include "ims-interface/identity/trust_domain.hpp"
#include "ims-interface/registration/reg_events.hpp"
#include "ims-interface/registration/registrar.hpp"
#include "ims-interface/sip/text.hpp"

namespace ims {
namespace {

std::uint32_t requested_expires(const sip::Message& request) {
  const auto contact = sip::NameAddr::parse(request.value("Contact"));
  if (contact) {
    if (const auto expires = contact->parameters.get("expires")) {
      return sip::parse_number(*expires).value_or(0);
    }
  }
  return request.number("Expires").value_or(0);
}

/// What the core granted for `uri`, never more than was asked (REG-33); the Contact toward the WIC
/// gets the same number. Nothing when the contact is not in the answer.
std::optional<std::uint32_t> cap_contacts(sip::Message& response, const std::string& uri,
                                          std::uint32_t asked) {
  std::optional<std::uint32_t> granted;
  std::vector<std::string> values;
  for (const std::string& value : response.values("Contact")) {
    auto contact = sip::NameAddr::parse(value);
    if (!contact || contact->uri != uri) {
      values.push_back(value);
      continue;
    }
    const auto expires = contact->parameters.get("expires");
    granted = expires ? sip::parse_number(*expires) : response.number("Expires");
    granted = std::min(granted.value_or(asked), asked);
    contact->parameters.set("expires", std::to_string(*granted));
    values.push_back(contact->to_string());
  }
  response.set_values("Contact", values);
  if (granted && response.has("Expires")) response.set("Expires", std::to_string(*granted));
  return granted;
}

std::vector<std::string> uris(const std::vector<std::string>& values) {
  std::vector<std::string> out;
  for (const std::string& value : values) {
    std::string uri = uri_of(value);
    if (!uri.empty()) out.push_back(std::move(uri));
  }
  return out;
}

/// The client gets From and To as it sent them: a phone bound by a star code is known to the core
/// by its user's name.
void restore_parties(const sip::Message& request, sip::Message& response) {
  const std::string tag = response.to_tag();
  std::string to(request.value("To"));
  if (request.to_tag().empty() && !tag.empty()) to += ";tag=" + tag;
  response.set("To", std::move(to));
  response.set("From", std::string(request.value("From")));
}

}  // namespace

void Registrar::handle_response(common::TimePoint now, CoreClientTx transaction,
                                sip::Message response) {
  if (response.status() < 200) return;
  CoreClient& client = edge_.core_clients.at(transaction.value);
  const auto waiting = edge_.w2_servers.find(client.w2);
  W2ServerTx* server = waiting == edge_.w2_servers.end() ? nullptr : &waiting->second;
  if (response.status() == 423 && retry_longer(client, response, now)) return;
  if (server != nullptr) {
    if (Flow* flow = edge_.flow(server->flow)) flow->pending_register = 0;
    server->core.reset();
  }
  if (response.status() < 300) {
    handle_success(now, client, server, std::move(response));
  } else {
    handle_refusal(now, client, server, std::move(response));
  }
  edge_.forget_core(transaction);
}

bool Registrar::retry_longer(CoreClient& client, const sip::Message& response,
                             common::TimePoint now) {
  const auto least = response.number("Min-Expires");
  Registration* registration = edge_.registration(client.registration);
  if (client.retried || !least || registration == nullptr || client.w2 == 0 ||
      requested_expires(client.request) == 0) {
    return false;
  }
  const auto left = registration->identity.expires_at - now - edge_.policy.token_margin;
  if (std::chrono::seconds(*least) > left ||
      std::chrono::seconds(*least) > edge_.policy.max_expires) {
    return false;
  }
  // The same CSeq again: the registrar has stored nothing, and the WIC's next one must be higher.
  sip::Message again = client.request.clone();
  auto contact = sip::NameAddr::parse(again.value("Contact"));
  if (!contact) return false;
  contact->parameters.set("expires", std::to_string(*least));
  again.set("Contact", contact->to_string());
  if (again.has("Expires")) again.set("Expires", std::to_string(*least));
  std::string next_hop =
      edge_.policy.register_next_hop.empty() ? again.request_uri() : edge_.policy.register_next_hop;
  const CoreClientTx old = client.id;
  const std::uint64_t w2 = client.w2;
  const RegistrationId id = client.registration;
  CoreClient& second =
      edge_.open_core(std::move(again), std::move(next_hop), CorePurpose::registration);
  second.w2 = w2;
  second.registration = id;
  second.retried = true;
  edge_.w2_servers.at(w2).core = second.id;
  edge_.forget_core(old);
  return true;
}

void Registrar::handle_success(common::TimePoint now, CoreClient& client, W2ServerTx* waiting,
                               sip::Message response) {
  strip_confidential(response);
  response.remove("Path");
  Registration* registration = edge_.registration(client.registration);
  const std::optional<FlowId> carrier_id =
      waiting == nullptr ? client.pushed : std::optional(waiting->flow);
  Flow* flow = carrier_id ? edge_.flow(*carrier_id) : nullptr;
  if (waiting != nullptr) restore_parties(waiting->request, response);
  const std::uint32_t asked = requested_expires(client.request);
  if (registration == nullptr) {  // a query
    if (waiting != nullptr) edge_.respond(now, *waiting, std::move(response));
    return;
  }
  const auto contact = sip::NameAddr::parse(client.request.value("Contact"));
  const auto granted = cap_contacts(response, contact ? contact->uri : "", asked);
  if (asked == 0 || granted.value_or(0) == 0) {
    if (waiting != nullptr) edge_.respond(now, *waiting, std::move(response));
    const std::optional<FlowId> carrier = registration->flow;
    end(now, registration->id,
        {.cause = 503, .why = "deregistered", .tell_core = false, .close_code = 0});
    if (carrier) {
      edge_.timers.set(TimerKind::flow_idle, carrier->value, now + edge_.policy.after_expiry);
    }
    return;
  }
  const bool first = !registration->active;
  if (registration->contact.uri != contact->uri && !registration->contact.uri.empty()) {
    registration->former_contacts.push_back(registration->contact.uri);
    if (registration->former_contacts.size() > 4) {
      registration->former_contacts.erase(registration->former_contacts.begin());
    }
  }
  registration->contact = *contact;
  registration->to = client.request.value("To");
  registration->supported = client.request.values("Supported");
  registration->service_route = response.values("Service-Route");
  registration->associated_uris = uris(response.values("P-Associated-URI"));
  if (registration->associated_uris.empty()) registration->associated_uris = {registration->aor};
  registration->active = true;
  registration->confirmed = true;
  registration->expires_at = now + std::chrono::seconds(*granted);
  edge_.timers.set(TimerKind::registration, registration->id.value, registration->expires_at);
  const RegistrationId id = registration->id;
  if (flow == nullptr) {
    // The connection went away while the core answered: grace runs from now.
    registration->flow.reset();
    edge_.timers.set(TimerKind::grace, id.value, now + edge_.policy.grace);
    return;
  }
  if (edge_.policy.flow_timer.count() > 0 && registration->outbound) {
    response.set("Flow-Timer", std::to_string(edge_.policy.flow_timer.count()));
  }
  if (waiting != nullptr) edge_.respond(now, *waiting, std::move(response));
  std::string taken = first || registration->flow != flow->id ? registration->key : std::string();
  bind(now, *registration, *flow);
  edge_.report({.kind = first ? Event::Kind::registered : Event::Kind::refreshed,
                .flow = flow->id,
                .call = {},
                .impi = registration->identity.impi,
                .impu = registration->aor,
                .peer = {},
                .call_id = {},
                .method = {},
                .status = 200,
                .why = {},
                .binding = std::move(taken),
                .credential = first ? registration->identity.credential : std::string()});
  reg_events_.subscribe(now, *registration);
}

void Registrar::bind(common::TimePoint now, Registration& registration, Flow& flow) {
  const RegistrationId id = registration.id;
  edge_.timers.clear(TimerKind::grace, id.value);
  edge_.timers.clear(TimerKind::flow_idle, flow.id.value);
  flow.impi = registration.identity.impi;
  flow.sub = registration.identity.sub;
  flow.challenges = 0;
  if (registration.flow != flow.id || flow.registrations.count(id) == 0) {
    const std::optional<FlowId> before = registration.flow;
    registration.flow = flow.id;
    flow.registrations.insert(id);
    for (const CallHandle call : registration.calls) {
      edge_.media.set_access(call, access_side_of(flow.peer));
    }
    Flow* old = before && *before != flow.id ? edge_.flow(*before) : nullptr;
    if (old != nullptr) {
      old->registrations.erase(id);
      sessions_.handle_flow_lost(now, *old);
      if (old->registrations.empty()) edge_.close(old->id, 1000, "replaced by a newer connection");
    }
    if (!registration.calls.empty()) {
      edge_.report({.kind = Event::Kind::flow_resumed,
                    .flow = flow.id,
                    .call = {},
                    .impi = registration.identity.impi,
                    .impu = registration.aor,
                    .peer = {},
                    .call_id = {},
                    .method = {},
                    .why = std::to_string(registration.calls.size()) + " calls follow"});
    }
  }
  for (const CallHandle call : registration.calls) {
    const Call* kept = edge_.call(call);
    if (kept != nullptr && kept->session) edge_.timers.clear(TimerKind::call, call.value);
  }
}

void Registrar::handle_refusal(common::TimePoint now, CoreClient& client, W2ServerTx* waiting,
                               sip::Message response) {
  const int status = response.status();
  Registration* registration = edge_.registration(client.registration);
  // 401: the core has no Trusted Node Authentication; 420: none of Path. Both are ours to mend.
  const bool alarm = status == 401 || status == 407 || status == 420;
  const int shown = alarm ? 500 : status == 408 ? 504 : status;
  edge_.report({.kind = alarm ? Event::Kind::core_misconfigured : Event::Kind::register_refused,
                .flow = waiting == nullptr ? FlowId{} : waiting->flow,
                .call = {},
                .impi = registration == nullptr ? "" : registration->identity.impi,
                .impu = uri_of(client.request.value("To")),
                .peer = {},
                .call_id = std::string(client.request.call_id()),
                .method = "REGISTER",
                .status = status,
                .why = "core answered " + std::to_string(status) + " " + response.reason()});
  if (waiting != nullptr) {
    if (alarm || status == 408) {
      edge_.refuse(now, *waiting, shown,
                   alarm ? "core refuses the gateway" : "core does not answer");
    } else {
      strip_confidential(response);
      restore_parties(waiting->request, response);
      edge_.respond(now, *waiting, std::move(response));
    }
  }
  if (registration == nullptr) return;
  if (status == 403 || status == 404) {  // REG table: the binding falls
    if (registration->flow && registration->active) {
      edge_.timers.set(TimerKind::flow_idle, registration->flow->value,
                       now + edge_.policy.after_expiry);
    }
    end(now, registration->id,
        {.cause = 403,
         .why = "core refused the registration",
         .tell_core = false,
         .close_code = 0});
  } else if (!registration->active && registration->calls.empty()) {
    edge_.forget_registration(registration->id);
  }
}

}  // namespace ims
