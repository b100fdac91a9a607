// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ims-interface/dialog/sessions.hpp"
#include "ims-interface/identity/asserted_identity.hpp"
#include "ims-interface/identity/emergency.hpp"
#include "ims-interface/identity/trust_domain.hpp"
#include "ims-interface/printable.hpp"
#include "ims-interface/registration/star_devices.hpp"
#include "ims-interface/sip/text.hpp"

namespace ims {
namespace {

constexpr std::string_view mmtel = "urn:urn-7:3gpp-service.ims.icsi.mmtel";

std::vector<std::string> route_uris(const std::vector<std::string>& values) {
  std::vector<std::string> out;
  for (const std::string& value : values) out.push_back(uri_of(value));
  return out;
}

bool grants(const Identity& identity, const std::string& scope) {
  return scope.empty() ||
         std::find(identity.scopes.begin(), identity.scopes.end(), scope) != identity.scopes.end();
}

}  // namespace

bool makes_dialog(std::string_view method) {
  return method == "INVITE" || method == "SUBSCRIBE" || method == "REFER";
}

bool lower_max_forwards(sip::Message& request) {
  const auto left = request.number("Max-Forwards").value_or(70);
  if (left == 0) return false;
  request.set("Max-Forwards", std::to_string(std::min<std::uint32_t>(left, 255) - 1));
  return true;
}

void Sessions::refuse(common::TimePoint now, W2ServerTx& transaction, int status,
                      std::string_view why) {
  const sip::Message& request = transaction.request;
  const Flow* flow = edge_.flow(transaction.flow);
  edge_.report({.kind = Event::Kind::request_refused,
                .flow = transaction.flow,
                .call = {},
                .impi = flow == nullptr ? "" : flow->impi,
                .impu = uri_of(request.value("From")),
                .peer = without_code(request.request_uri()),
                .call_id = std::string(request.call_id()),
                .method = request.method(),
                .originating = true,
                .status = status,
                .why = std::string(why)});
  edge_.refuse(now, transaction, status, why);
}

void Sessions::handle_wic_request(common::TimePoint now, Flow& flow, W2ServerTx& transaction) {
  const sip::Message& request = transaction.request;
  const bool initial = request.to_tag().empty();
  if (initial && is_emergency(request, edge_.policy)) {  // SES-30: before anything else
    edge_.report({.kind = Event::Kind::emergency_refused,
                  .flow = flow.id,
                  .call = {},
                  .impi = flow.impi,
                  .impu = uri_of(request.value("From")),
                  .peer = without_code(request.request_uri()),
                  .call_id = std::string(request.call_id()),
                  .method = request.method(),
                  .originating = true,
                  .status = 380,
                  .why = "emergency service dialled"});
    edge_.respond(now, transaction, emergency_answer(request, edge_.policy, transaction.to_tag));
    return;
  }
  if (request.number("Max-Forwards") == 0U) return refuse(now, transaction, 483, "");
  if (initial && star_.wants(flow, request)) return star_.handle_invite(now, flow, transaction);
  const bool session = request.is("INVITE") || request.is("UPDATE") || request.is("PRACK");
  if (session && hides_sdp(request)) {
    return refuse(now, transaction, 415, "session description must be plain application/sdp");
  }
  if (initial) {
    originate(now, flow, transaction);
  } else {
    in_dialog_from_wic(now, flow, transaction);
  }
}

bool Sessions::admit(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                     const Registration& registration, const std::vector<std::string>& identities) {
  const sip::Message& request = transaction.request;
  const auto no = [&](int status, std::string_view why) {
    refuse(now, transaction, status, why);
    return false;
  };
  if (request.is("INVITE") && !grants(registration.identity, edge_.policy.call_scope)) {
    return no(403, "token lacks the scope for calls");
  }
  if (request.is("MESSAGE") && !grants(registration.identity, edge_.policy.message_scope)) {
    return no(403, "token lacks the scope for messages");
  }
  if (edge_.policy.force_from && !is_own_identity(uri_of(request.value("From")), identities)) {
    return no(403, "From is not an identity of this user");
  }
  if (edge_.draining && request.is("INVITE")) return no(503, "shutting down");
  std::size_t dialogs = 0;
  for (const RegistrationId id : flow.registrations) {
    if (const Registration* own = edge_.registration(id)) dialogs += own->calls.size();
  }
  if (makes_dialog(request.method()) &&
      (dialogs >= edge_.policy.dialogs_per_flow || edge_.calls.size() >= edge_.policy.dialogs)) {
    return no(503, "too many dialogs");
  }
  return true;
}

bool Sessions::set_service_route(common::TimePoint now, const Flow& flow, W2ServerTx& transaction,
                                 const Registration& registration, sip::Message& out) {
  auto routes = out.values("Route");
  edge_.drop_own_routes(flow, routes);
  const bool foreign =
      !routes.empty() && route_uris(routes) != route_uris(registration.service_route);
  if (foreign && edge_.policy.reject_foreign_routes) {
    refuse(now, transaction, 400, "Route is not the Service-Route of the registration");
    return false;
  }
  out.set_values("Route", registration.service_route);
  return true;
}

void Sessions::originate(common::TimePoint now, Flow& flow, W2ServerTx& transaction) {
  const sip::Message& request = transaction.request;
  const auto identities = edge_.identities(flow);
  if (identities.empty()) return refuse(now, transaction, 403, "not registered");  // SES-03
  const std::string& identity = choose_identity(request, identities);
  Registration* registration = edge_.registration_for(flow, identity);
  if (!admit(now, flow, transaction, *registration, identities)) return;

  sip::Message out = request.clone();
  strip_untrusted(out, edge_.policy);
  if (!set_service_route(now, flow, transaction, *registration, out)) return;
  static_cast<void>(lower_max_forwards(out));
  assert_identity(out, identity);
  if (out.is("INVITE") && edge_.policy.add_mmtel_icsi && !out.has("P-Preferred-Service") &&
      !out.has("Accept-Contact")) {
    out.add("P-Preferred-Service", std::string(mmtel));
  }
  if (!edge_.policy.access_network_info.empty()) {
    out.add("P-Access-Network-Info", edge_.policy.access_network_info + ";network-provided");
  }
  const ChargingIds charging = new_charging_ids(edge_.random);
  set_originating_vector(out, charging, edge_.policy);

  Call* call = nullptr;
  bool offers = false;
  if (makes_dialog(out.method())) {
    out.prepend("Record-Route",
                "<sip:" + edge_.tokens.make(FlowTokens::Use::dialog, registration->id) + "@" +
                    edge_.policy.core_uri_host + ";lr>");
    call = &edge_.open_call(now, *registration, std::string(out.call_id()), out.is("INVITE"));
    call->originating = true;
    edge_.media.set_access(call->id, access_side_of(flow.peer));
    call->wic_tag = out.from_tag();
    call->wic_address = out.value("From");
    call->wic_target = uri_of(out.value("Contact"));
    call->wic_cseq = out.cseq().number;
    call->charging = charging;
    call->impu = identity;
    call->peer = without_code(out.request_uri());
    call->initial_w2 = transaction.id;
    if (auto offered = bodies_.request(*call, {}, Side::wic, out, offers); !offered) {
      refuse(now, transaction, 488, offered.error().message());
      edge_.forget_call(call->id);
      return;
    }
  }
  if (call != nullptr && call->session) {
    edge_.report({.kind = Event::Kind::call_started,
                  .flow = flow.id,
                  .call = call->id,
                  .impi = flow.impi,
                  .impu = identity,
                  .peer = call->peer,
                  .call_id = call->call_id,
                  .method = {},
                  .originating = true,
                  .why = {}});
  }
  forward_to_core(now, transaction, std::move(out), call, offers);
}

void Sessions::forward_to_core(common::TimePoint now, W2ServerTx& transaction, sip::Message out,
                               Call* call, bool offers) {
  const bool invite = out.is("INVITE");
  std::string next_hop = next_hop_of(out);
  CoreClient& client = edge_.open_core(std::move(out), std::move(next_hop), CorePurpose::forward);
  client.w2 = transaction.id;
  client.offers = offers;
  transaction.core = client.id;
  if (call != nullptr) {
    client.call = call->id;
    client.registration = call->registration;
    transaction.call = call->id;
    if (transaction.id == call->initial_w2) call->initial_core = client.id;
  }
  edge_.timers.set(TimerKind::core_client, client.id.value,
                   now + (invite ? edge_.policy.ring_timeout : edge_.policy.transaction_timeout));
}

void Sessions::handle_wic_cancel(common::TimePoint now, Flow& flow, const sip::Message& cancel) {
  W2ServerTx* invite = edge_.find_server(flow.id, cancel, "INVITE");
  sip::Message answer = cancel.reply(invite == nullptr ? 481 : 200, {},
                                     invite == nullptr ? edge_.random.hex(8) : invite->to_tag);
  edge_.send(flow.id, answer);
  if (invite == nullptr || invite->state != W2ServerTx::State::proceeding) return;
  if (!invite->core) {  // its credentials or its star code are being checked
    edge_.respond(now, *invite, invite->request.reply(487, {}, invite->to_tag));
    return;
  }
  const auto client = edge_.core_clients.find(invite->core->value);
  if (client == edge_.core_clients.end() || client->second.cancelled) return;
  client->second.cancelled = true;
  edge_.outputs.emplace_back(
      CancelCoreRequest{client->second.id, std::string(cancel.value("Reason"))});
  // The 487 is the core's to send; should it never come, timer C's second round ends the call.
  edge_.timers.set(TimerKind::core_client, client->second.id.value, now + std::chrono::seconds(32));
}

}  // namespace ims
