// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/edge_proxy.hpp"

#include <algorithm>

#include "ims-interface/dialog/sessions.hpp"
#include "ims-interface/edge/edge.hpp"
#include "ims-interface/edge/w2_input.hpp"
#include "ims-interface/registration/reg_events.hpp"
#include "ims-interface/registration/registrar.hpp"
#include "ims-interface/registration/request_guard.hpp"
#include "ims-interface/registration/star_devices.hpp"

namespace ims {

using common::TimePoint;

struct EdgeProxy::State {
  State(Policy policy, const FlowTokens::Key& key, common::RandomSource& random,
        TokenVerifier& verifier, MediaControl& media, CodeExchange* codes)
      : edge(std::move(policy), key, random, verifier, media, codes),
        star(edge),
        sessions(edge, star),
        reg_events(edge),
        registrar(edge, sessions, reg_events, star),
        guard(edge, sessions),
        input(edge, registrar, sessions, guard) {
    reg_events.set_registrar(registrar);
    star.set_registrar(registrar);
  }

  void fire(TimePoint now, TimerKind kind, std::uint64_t id);
  /// Ends every registration that `chosen` picks.
  template <class Chosen>
  std::size_t end_where(TimePoint now, const Registrar::End& how, Chosen chosen) {
    std::vector<RegistrationId> ids;
    for (const auto& [value, registration] : edge.registrations) {
      if (chosen(registration)) ids.push_back(registration.id);
    }
    for (const RegistrationId id : ids) registrar.end(now, id, how);
    return ids.size();
  }

  Edge edge;
  StarDevices star;
  Sessions sessions;
  RegEvents reg_events;
  Registrar registrar;
  RequestGuard guard;
  W2Input input;
};

EdgeProxy::EdgeProxy(Policy policy, const FlowTokens::Key& token_key, common::RandomSource& random,
                     TokenVerifier& verifier, MediaControl& media, CodeExchange* codes)
    : state_(
          std::make_unique<State>(std::move(policy), token_key, random, verifier, media, codes)) {}

EdgeProxy::~EdgeProxy() = default;

void EdgeProxy::handle_flow_opened(TimePoint now, FlowId id, FlowPeer peer) {
  Flow flow;
  flow.id = id;
  flow.peer = std::move(peer);
  state_->edge.flows.emplace(id.value, std::move(flow));
  state_->edge.timers.set(TimerKind::flow_idle, id.value,
                          now + state_->edge.policy.unregistered_idle);
}

void EdgeProxy::handle_w2_message(TimePoint now, FlowId id, std::string_view bytes) {
  Flow* flow = state_->edge.flow(id);
  if (flow == nullptr || flow->closing) return;
  state_->input.handle(now, *flow, bytes);
}

void EdgeProxy::handle_flow_closed(TimePoint now, FlowId id) {
  Edge& edge = state_->edge;
  // Out of the table first: from here on nothing can be sent on it.
  auto gone = edge.flows.extract(id.value);
  if (gone.empty()) return;
  edge.timers.clear(TimerKind::flow_idle, id.value);
  state_->registrar.handle_flow_closed(now, gone.mapped());
  state_->sessions.handle_flow_lost(now, gone.mapped());
}

void EdgeProxy::handle_token_outcome(TimePoint now, VerificationId id, TokenOutcome outcome) {
  if (state_->star.handle_outcome(now, id, outcome)) return;
  if (state_->guard.handle_outcome(now, id, outcome)) return;
  state_->registrar.handle_outcome(now, id, std::move(outcome));
}

void EdgeProxy::renew(TimePoint now, const Identity& identity) {
  static_cast<void>(now);
  if (identity.credential.empty()) return;
  Edge& edge = state_->edge;
  const auto [first, last] = edge.registrations_by_impi.equal_range(identity.impi);
  for (auto it = first; it != last; ++it) {
    Registration* registration = edge.registration(it->second);
    if (registration == nullptr || registration->identity.credential != identity.credential) {
      continue;
    }
    registration->identity = identity;
    Flow* flow = registration->flow ? edge.flow(*registration->flow) : nullptr;
    if (flow != nullptr && flow->star && flow->star->identity) flow->star->identity = identity;
  }
}

bool EdgeProxy::is_registered(FlowId id) const {
  const Flow* flow = state_->edge.flow(id);
  return flow != nullptr && !flow->registrations.empty();
}

void EdgeProxy::handle_core_request(TimePoint now, CoreServerTx transaction, sip::Message request) {
  if (request.is("NOTIFY") && state_->reg_events.handle_notify(now, transaction, request)) return;
  state_->sessions.handle_core_request(now, transaction, std::move(request));
}

void EdgeProxy::handle_core_cancel(TimePoint now, CoreServerTx transaction,
                                   std::string_view reason) {
  state_->sessions.handle_core_cancel(now, transaction, reason);
}

void EdgeProxy::handle_core_response(TimePoint now, CoreClientTx transaction,
                                     sip::Message response) {
  Edge& edge = state_->edge;
  const auto found = edge.core_clients.find(transaction.value);
  if (found == edge.core_clients.end()) return;
  switch (found->second.purpose) {
    case CorePurpose::registration:
      return state_->registrar.handle_response(now, transaction, std::move(response));
    case CorePurpose::reg_event:
      return state_->reg_events.handle_response(now, transaction, response);
    case CorePurpose::deregistration:
    case CorePurpose::bye:
      if (response.status() >= 200) edge.forget_core(transaction);
      return;
    case CorePurpose::keyframe:
      return state_->sessions.handle_keyframe_answer(found->second, response);
    case CorePurpose::forward:
      return state_->sessions.handle_core_response(now, transaction, std::move(response));
  }
}

void EdgeProxy::State::fire(TimePoint now, TimerKind kind, std::uint64_t id) {
  switch (kind) {
    case TimerKind::flow_idle: {
      const Flow* flow = edge.flow({id});
      if (flow != nullptr && flow->registrations.empty()) edge.close({id}, 1008, "not registered");
      return;
    }
    case TimerKind::verification:
      return registrar.handle_verification_timeout(now, {id});
    case TimerKind::w2_server:
      return edge.forget_server(id);
    case TimerKind::w2_client:
      return sessions.handle_w2_client_timeout(now, id);
    case TimerKind::w2_server_again:
    case TimerKind::w2_client_again:
    case TimerKind::w2_cancel_again:
      return edge.handle_repeat(now, kind, id);
    case TimerKind::request_check:
      return guard.handle_timeout(now, id);
    case TimerKind::star_check:
      return star.handle_check_timeout(now, id);
    case TimerKind::announcement:
      return star.handle_announcement_end(now, {id});
    case TimerKind::acked_failure:
      return edge.forget_acked_failure(id);
    case TimerKind::core_client: {
      const auto client = edge.core_clients.find(id);
      if (client == edge.core_clients.end()) return;
      if (client->second.purpose != CorePurpose::registration) {
        return sessions.handle_core_client_timeout(now, {id});
      }
      return registrar.handle_response(now, {id}, client->second.request.reply(408));
    }
    case TimerKind::registration:
      return registrar.handle_expiry(now, {id});
    case TimerKind::grace:
      return registrar.handle_grace_end(now, {id});
    case TimerKind::reg_event:
      return reg_events.handle_refresh(now, {id});
    case TimerKind::call:
      return sessions.handle_call_timeout(now, {id});
  }
}

void EdgeProxy::handle_timeout(TimePoint now) {
  while (const auto due = state_->edge.timers.pop(now)) {
    state_->fire(now, due->first, due->second);
  }
}

std::optional<TimePoint> EdgeProxy::poll_timeout() const { return state_->edge.timers.next(); }

std::optional<Output> EdgeProxy::poll_output() {
  auto& queue = state_->edge.outputs;
  if (queue.empty()) return std::nullopt;
  std::optional<Output> out(std::move(queue.front()));
  queue.pop_front();
  return out;
}

std::optional<Event> EdgeProxy::poll_event() {
  auto& queue = state_->edge.events;
  if (queue.empty()) return std::nullopt;
  std::optional<Event> out(std::move(queue.front()));
  queue.pop_front();
  return out;
}

bool Revocation::names(const Identity& identity) const {
  if (issued_until && identity.issued_at > *issued_until) return false;
  switch (kind) {
    case Kind::sub:
      return identity.sub == value;
    case Kind::sid:
      return !identity.sid.empty() && identity.sid == value;
    case Kind::jti:
      return identity.jti == value;
    case Kind::grant:
      return identity.jti.starts_with(value + ".");
    case Kind::everyone:
      return true;
    case Kind::credential:
      return !identity.credential.empty() && identity.credential == value;
  }
  return false;
}

std::size_t EdgeProxy::revoke(TimePoint now, const Revocation& revocation) {
  const std::string why = revocation.why.empty() ? "token revoked" : revocation.why;
  return state_->end_where(
      now, {.cause = 403, .why = why, .tell_core = true, .close_code = 1008},
      [&](const Registration& registration) { return revocation.names(registration.identity); });
}

std::size_t EdgeProxy::deregister(TimePoint now, std::string_view impi, std::string_view why) {
  return state_->end_where(
      now, {.cause = 403, .why = why, .tell_core = true, .close_code = 1008},
      [&](const Registration& registration) { return registration.identity.impi == impi; });
}

void EdgeProxy::supersede(TimePoint now, const std::string& binding) {
  const auto known = state_->edge.registration_keys.find(binding);
  if (known == state_->edge.registration_keys.end()) return;
  state_->registrar.end(now, known->second,
                        {.cause = 503,
                         .why = "replaced by a newer connection",
                         .tell_core = false,
                         .close_code = 1000});
}

bool EdgeProxy::ask_keyframe(CallHandle call) { return state_->sessions.ask_keyframe(call); }

bool EdgeProxy::release_call(TimePoint now, CallHandle call, int cause, std::string_view why) {
  return state_->sessions.release(now, call, cause, why);
}

void EdgeProxy::drain(std::chrono::seconds retry_after) { state_->edge.draining = retry_after; }

void EdgeProxy::deregister_all(TimePoint now, std::string_view why) {
  state_->end_where(now, {.cause = 503, .why = why, .tell_core = true, .close_code = 1001},
                    [](const Registration&) { return true; });
}

Load EdgeProxy::load() const {
  const Edge& edge = state_->edge;
  Load out;
  out.flows = edge.flows.size();
  out.registrations = edge.registrations.size();
  for (const auto& [id, call] : edge.calls) ++(call.session ? out.calls : out.subscriptions);
  out.transactions = edge.w2_servers.size() + edge.w2_clients.size() + edge.core_clients.size();
  return out;
}

std::vector<RegistrationInfo> EdgeProxy::registrations(TimePoint now) const {
  std::vector<RegistrationInfo> out;
  for (const auto& [id, registration] : state_->edge.registrations) {
    if (!registration.active) continue;
    const Flow* flow = registration.flow ? state_->edge.flow(*registration.flow) : nullptr;
    out.push_back(
        {.id = registration.id,
         .impi = registration.identity.impi,
         .aor = registration.aor,
         .instance = registration.instance,
         .contact = registration.contact.uri,
         .flow = registration.flow,
         .address = flow == nullptr ? "" : flow->peer.address.to_string(),
         .transport = flow == nullptr ? std::nullopt : std::optional(flow->peer.transport),
         .remaining =
             std::chrono::duration_cast<std::chrono::seconds>(registration.expires_at - now),
         .associated_uris = registration.associated_uris,
         .service_route = registration.service_route});
  }
  return out;
}

std::vector<CallInfo> EdgeProxy::calls(TimePoint now) const {
  std::vector<CallInfo> out;
  for (const auto& [id, call] : state_->edge.calls) {
    if (!call.session) continue;
    out.push_back({.call = call.id,
                   .call_id = call.call_id,
                   .impu = call.impu,
                   .peer = call.peer,
                   .originating = call.originating,
                   .state = call.state == Call::State::answered ? "answered"
                            : call.state == Call::State::early  ? "early"
                                                                : "calling",
                   .age = std::chrono::duration_cast<std::chrono::seconds>(now - call.started)});
  }
  return out;
}

}  // namespace ims
