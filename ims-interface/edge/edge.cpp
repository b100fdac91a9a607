// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/edge/edge.hpp"

#include <algorithm>

#include "ims-interface/sip/text.hpp"
#include "ims-interface/sip/uri.hpp"

namespace ims {

Flow* Edge::flow(FlowId id) {
  const auto found = flows.find(id.value);
  return found == flows.end() ? nullptr : &found->second;
}

Registration* Edge::registration(RegistrationId id) {
  const auto found = registrations.find(id.value);
  return found == registrations.end() ? nullptr : &found->second;
}

Call* Edge::call(CallHandle id) {
  const auto found = calls.find(id.value);
  return found == calls.end() ? nullptr : &found->second;
}

Call* Edge::find_call(std::string_view call_id, std::string_view wic_tag, std::string_view core_tag,
                      bool adopt) {
  Call* adopter = nullptr;
  const auto [first, last] = calls_by_id.equal_range(std::string(call_id));
  for (auto it = first; it != last; ++it) {
    Call* found = call(it->second);
    if (found == nullptr || found->wic_tag.empty() || found->wic_tag != wic_tag) continue;
    if (found->find(core_tag) != nullptr) return found;
    if (found->originating) adopter = found;
  }
  return adopt ? adopter : nullptr;
}

std::vector<std::string> Edge::identities(const Flow& flow) {
  std::vector<std::string> out;
  for (const RegistrationId id : flow.registrations) {
    const Registration* found = registration(id);
    if (found == nullptr || !found->active || found->flow != flow.id) continue;
    for (const std::string& uri : found->associated_uris) {
      if (std::find(out.begin(), out.end(), uri) == out.end()) out.push_back(uri);
    }
  }
  return out;
}

Registration* Edge::registration_for(const Flow& flow, std::string_view identity) {
  Registration* first = nullptr;
  for (const RegistrationId id : flow.registrations) {
    Registration* found = registration(id);
    if (found == nullptr || !found->active || found->flow != flow.id) continue;
    if (first == nullptr) first = found;
    const auto& uris = found->associated_uris;
    if (std::find(uris.begin(), uris.end(), identity) != uris.end()) return found;
  }
  return first;
}

CoreClient& Edge::open_core(sip::Message request, std::string next_hop, CorePurpose purpose) {
  const CoreClientTx id{next_id()};
  sip::Message kept = request.clone();
  kept.clear_body();
  auto [place, inserted] = core_clients.emplace(id.value, CoreClient{.id = id,
                                                                     .purpose = purpose,
                                                                     .w2 = 0,
                                                                     .request = std::move(kept),
                                                                     .registration = {},
                                                                     .call = {},
                                                                     .answered_tags = {}});
  outputs.emplace_back(SendCoreRequest{id, std::move(request), std::move(next_hop)});
  return place->second;
}

void Edge::forget_core(CoreClientTx id) {
  timers.clear(TimerKind::core_client, id.value);
  core_clients.erase(id.value);
}

void Edge::reply_to_core(CoreServerTx transaction, sip::Message response) {
  outputs.emplace_back(ReplyToCore{transaction, std::move(response)});
}

Call& Edge::open_call(common::TimePoint now, Registration& registration, std::string call_id,
                      bool session) {
  const CallHandle id{next_id()};
  Call call;
  call.id = id;
  call.session = session;
  call.registration = registration.id;
  call.call_id = call_id;
  call.started = now;
  registration.calls.insert(id);
  calls_by_id.emplace(std::move(call_id), id);
  return calls.emplace(id.value, std::move(call)).first->second;
}

void Edge::forget_call(CallHandle id) {
  const auto found = calls.find(id.value);
  if (found == calls.end()) return;
  if (found->second.media_open) media.release(id);
  timers.clear(TimerKind::call, id.value);
  const auto [first, last] = calls_by_id.equal_range(found->second.call_id);
  for (auto it = first; it != last; ++it) {
    if (it->second == id) {
      calls_by_id.erase(it);
      break;
    }
  }
  const RegistrationId owner = found->second.registration;
  calls.erase(found);
  Registration* registered = registration(owner);
  if (registered == nullptr) return;
  registered->calls.erase(id);
  if (registered->calls.empty() && !registered->active && registered->confirmed &&
      !registered->ending) {
    forget_registration(owner);  // it had expired and lived on for its calls only
  }
}

namespace {

void erase_entry(std::unordered_multimap<std::string, RegistrationId>& index,
                 const std::string& key, RegistrationId id) {
  const auto [first, last] = index.equal_range(key);
  for (auto it = first; it != last; ++it) {
    if (it->second == id) {
      index.erase(it);
      return;
    }
  }
}

}  // namespace

Registration& Edge::keep_registration(Registration registration) {
  const RegistrationId id = registration.id;
  registration_keys.emplace(registration.key, id);
  registrations_by_impi.emplace(registration.identity.impi, id);
  if (!registration.instance.empty()) registrations_by_instance.emplace(registration.instance, id);
  return registrations.emplace(id.value, std::move(registration)).first->second;
}

void Edge::forget_registration(RegistrationId id) {
  const auto found = registrations.find(id.value);
  if (found == registrations.end()) return;
  Registration& gone = found->second;
  timers.clear(TimerKind::registration, id.value);
  timers.clear(TimerKind::grace, id.value);
  timers.clear(TimerKind::reg_event, id.value);
  if (gone.flow) {
    if (Flow* carrier = flow(*gone.flow)) carrier->registrations.erase(id);
  }
  registration_keys.erase(gone.key);
  erase_entry(registrations_by_impi, gone.identity.impi, id);
  erase_entry(registrations_by_instance, gone.instance, id);
  reg_event_dialogs.erase(gone.subscription.call_id);
  registrations.erase(found);
}

std::string Edge::warning(std::string_view why) const {
  std::string text;
  for (const char c : why.substr(0, 200)) {
    text.push_back(static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' ? ' ' : c);
  }
  return "399 " + policy.home_domain + " \"" + text + "\"";
}

std::string next_hop_of(const sip::Message& request) {
  const auto routes = request.values("Route");
  if (!routes.empty()) {
    const std::string uri = uri_of(routes.front());
    if (!uri.empty()) return uri;
  }
  return request.request_uri();
}

bool names_host(std::string_view value, std::string_view host) {
  const auto uri = sip::Uri::parse(uri_of(value));
  if (!uri) return false;
  const std::string named =
      uri->port == 0 ? uri->host : uri->host + ":" + std::to_string(uri->port);
  return sip::equal_ignoring_case(named, host);
}

std::string uri_of(std::string_view value) {
  const auto address = sip::NameAddr::parse(value);
  return address ? address->uri : std::string{};
}

}  // namespace ims
