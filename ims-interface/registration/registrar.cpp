// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/registrar.hpp"

#include <algorithm>

#include "ims-interface/dialog/sessions.hpp"
#include "ims-interface/identity/asserted_identity.hpp"
#include "ims-interface/registration/bearer.hpp"
#include "ims-interface/registration/challenge.hpp"
#include "ims-interface/registration/code_body.hpp"
#include "ims-interface/registration/reg_events.hpp"
#include "ims-interface/sip/text.hpp"

namespace ims {
namespace {

/// To and From of a REGISTER as the core knows the user; the phone's own tag stays.
void name_user(sip::Message& request, const std::string& aor) {
  const std::string tag = request.from_tag();
  request.set("From", "<" + aor + ">;tag=" + tag);
  request.set("To", "<" + aor + ">");
}

}  // namespace

template <class Ask>
void Registrar::check(common::TimePoint now, Flow& flow, W2ServerTx& transaction, Ask ask) {
  const VerificationId id{edge_.next_id()};
  flow.pending_register = transaction.id;
  auto outcome = ask(id);
  flow.verification = id;
  edge_.verifications.emplace(id.value, flow.id);
  if (outcome) return handle_outcome(now, id, std::move(*outcome));
  edge_.timers.set(TimerKind::verification, flow.id.value, now + edge_.policy.verification_timeout);
}

void Registrar::exchange(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                         CodeProof proof) {
  proof.realm = edge_.policy.home_domain;
  proof.flow = flow.id;
  proof.model = transaction.request.value("User-Agent");
  check(now, flow, transaction,
        [&](VerificationId id) { return edge_.codes->exchange(now, id, proof, flow.peer); });
}

void Registrar::refuse(common::TimePoint now, Flow& flow, W2ServerTx& transaction, int status,
                       std::string_view why, bool close) {
  edge_.report({.kind = Event::Kind::register_refused,
                .flow = flow.id,
                .call = {},
                .impi = flow.impi,
                .impu = uri_of(transaction.request.value("To")),
                .peer = {},
                .call_id = std::string(transaction.request.call_id()),
                .method = "REGISTER",
                .status = status,
                .why = std::string(why)});
  edge_.refuse(now, transaction, status, why);
  if (close) edge_.close(flow.id, 1008, std::string(why));
}

void Registrar::challenge(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                          std::string_view error, std::string_view why, bool close, bool stale) {
  const std::string nonce = flow.peer.is_phone()
                                ? edge_.nonces.make(now, flow.peer.address.address, edge_.random)
                                : std::string();
  const auto challenges = challenges_for(flow.peer, edge_.policy, nonce, stale, error);
  if (challenges.empty()) {
    return refuse(now, flow, transaction, 403, "no credentials are taken here, register over TLS",
                  false);
  }
  edge_.report({.kind = Event::Kind::register_refused,
                .flow = flow.id,
                .call = {},
                .impi = flow.impi,
                .impu = uri_of(transaction.request.value("To")),
                .peer = {},
                .call_id = std::string(transaction.request.call_id()),
                .method = "REGISTER",
                .status = 401,
                .why = std::string(why)});
  sip::Message response = transaction.request.reply(401, {}, transaction.to_tag);
  response.set_values("WWW-Authenticate", challenges);
  edge_.respond(now, transaction, std::move(response));
  if (close) edge_.close(flow.id, 1008, std::string(why));
}

void Registrar::handle_request(common::TimePoint now, Flow& flow, W2ServerTx& transaction) {
  const sip::Message& request = transaction.request;
  BearerCredentials credentials = read_bearer(request);
  if (credentials.state == BearerCredentials::State::malformed) {
    return refuse(now, flow, transaction, 400, "malformed Bearer credentials", false);
  }
  if (credentials.state == BearerCredentials::State::absent) {
    if (flow.peer.is_phone()) return handle_codes(now, flow, transaction);
    const bool last = ++flow.challenges > edge_.policy.challenges_per_flow;
    return challenge(now, flow, transaction, "", "no token", last);
  }
  if (!flow.peer.secure) {
    return handle_exposed_token(now, flow, transaction, std::move(credentials.token));
  }
  if (flow.peer.is_phone() && !flow.peer.access->tokens) {
    return refuse(now, flow, transaction, 403, "tokens are not taken here", false);
  }
  if (request.values("DPoP").size() > 1) {  // RFC 9449 4.3
    return refuse(now, flow, transaction, 400, "more than one DPoP proof", false);
  }
  if (!read(now, flow, transaction)) return;
  const PresentedToken presented{credentials.token, "REGISTER", request.request_uri(),
                                 request.value("DPoP")};
  check(now, flow, transaction, [&](VerificationId id) {
    return edge_.verifier.verify(now, id, presented, flow.peer,
                                 register_scopes(flow.peer, edge_.policy));
  });
}

void Registrar::handle_exposed_token(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                                     std::string token) {
  edge_.outputs.emplace_back(RevokeToken{std::move(token)});
  refuse(now, flow, transaction, 403, "tokens are accepted over TLS only", true);
}

std::optional<RegisterRequest> Registrar::read(common::TimePoint now, Flow& flow,
                                               W2ServerTx& transaction) {
  auto request = read_register(transaction.request, edge_.policy);
  const auto no = [&](int status, std::string_view why) {
    refuse(now, flow, transaction, status, why, false);
    return std::nullopt;
  };
  if (!request) return no(400, request.error().message());
  if (!sip::equal_ignoring_case(request->domain, edge_.policy.home_domain)) {
    return no(403, "foreign domain");
  }
  if (request->aor != request->from_aor) return no(403, "To and From differ");
  if (edge_.draining && flow.registrations.empty()) return no(503, "shutting down");
  if (flow.verification || flow.pending_register != 0) return no(500, "a REGISTER is under way");
  return std::move(*request);
}

void Registrar::handle_outcome(common::TimePoint now, VerificationId id, TokenOutcome outcome) {
  const auto found = edge_.verifications.find(id.value);
  if (found == edge_.verifications.end()) return;
  const FlowId carrier = found->second;
  edge_.verifications.erase(found);
  Flow* known = edge_.flow(carrier);
  if (known == nullptr || known->verification != id) return;
  Flow& flow = *known;
  edge_.timers.clear(TimerKind::verification, flow.id.value);
  flow.verification.reset();
  const auto waiting = edge_.w2_servers.find(flow.pending_register);
  flow.pending_register = 0;
  if (waiting == edge_.w2_servers.end()) return;
  if (outcome) {
    handle_identity(now, flow, waiting->second, *outcome);
  } else {
    handle_failure(now, flow, waiting->second, outcome.error());
  }
}

void Registrar::handle_verification_timeout(common::TimePoint now, FlowId id) {
  Flow* flow = edge_.flow(id);
  if (flow == nullptr || !flow->verification) return;
  handle_outcome(now, *flow->verification, tl::unexpected(TokenFailure::unavailable));
}

// A phone asks its user again on the same connection (RFC 3261 22.2), but not for ever.
bool Registrar::ends_connection(Flow& flow) const {
  return !flow.peer.is_phone() || ++flow.challenges > edge_.policy.challenges_per_flow;
}

void Registrar::handle_failure(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                               TokenFailure failure) {
  switch (failure) {
    case TokenFailure::malformed:
      return refuse(now, flow, transaction, 400, "malformed token", false);
    case TokenFailure::invalid_token:
      return challenge(now, flow, transaction, "invalid_token", "token refused",
                       ends_connection(flow));
    case TokenFailure::invalid_scope:
      return challenge(now, flow, transaction, "invalid_scope", "scope missing",
                       ends_connection(flow));
    case TokenFailure::client_refused:
      return refuse(now, flow, transaction, 403, "client not allowed here", true);
    case TokenFailure::invalid_code:
      return challenge(now, flow, transaction, "", "access code refused", ends_connection(flow));
    case TokenFailure::unavailable:
      return refuse(now, flow, transaction, 503, "tokens cannot be checked now", false);
  }
}

bool Registrar::admit(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                      const Identity& identity, const RegisterRequest& request) {
  const auto no = [&](int status, std::string_view why, bool close) {
    refuse(now, flow, transaction, status, why, close);
    return false;
  };
  // token-auth 6.5: too little left is a refusal by token, never a 423.
  if (identity.expires_at - now < edge_.policy.least_token_life && !request.removes()) {
    challenge(now, flow, transaction, "invalid_token", "token expires too soon",
              ends_connection(flow));
    return false;
  }
  if (!flow.impi.empty() && (flow.impi != identity.impi || flow.sub != identity.sub)) {
    // R05, REG-42. Over UDP the first user must not suffer for a forged source address.
    return no(403, "connection belongs to another user", flow.peer.is_reliable());
  }
  if (!is_own_identity(request.aor, identity.impus)) {
    return no(403, "address of record not granted by the token", true);  // TOK-05
  }
  const bool other_device = !identity.instance.empty() && request.instance != identity.instance &&
                            flow.device != identity.instance;
  const bool other_certificate =
      !identity.certificate.empty() && identity.certificate != flow.peer.certificate;
  if (other_device || other_certificate) {  // RFC 8705 3 for the latter
    challenge(now, flow, transaction, "invalid_token", "token bound to another device", true);
    return false;
  }
  const auto [first, last] = edge_.registrations_by_instance.equal_range(request.instance);
  for (auto it = first; it != last; ++it) {
    const Registration* other = edge_.registration(it->second);
    if (other != nullptr && other->identity.impi != identity.impi) {
      return no(403, "instance-id belongs to another user", false);
    }
  }
  const std::size_t bindings = edge_.registrations_by_impi.count(identity.impi);
  const std::size_t most =
      identity.max_bindings == 0 ? edge_.policy.max_bindings : identity.max_bindings;
  const bool known = edge_.registration_keys.count(key_of(identity, request)) != 0;
  if (!known && !request.removes() && bindings >= most) return no(403, "too many bindings", false);
  if (!known && edge_.registrations.size() >= edge_.policy.registrations) {
    return no(503, "registration table full", false);
  }
  return true;
}

void Registrar::handle_identity(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                                const Identity& identity) {
  auto request = read_register(transaction.request, edge_.policy);
  if (!request) return refuse(now, flow, transaction, 400, request.error().message(), false);
  // A phone bound by a star code goes on calling itself by its device's name.
  if (flow.star && flow.star->identity) request->aor = identity.impus.front();
  if (!admit(now, flow, transaction, identity, *request)) return;
  if (request->removes()) {
    const Registration* own = find_own(flow, identity, *request);
    if (own == nullptr) return answer_bindings(now, flow, transaction, request->aor);
    request->contact = own->contact;
    request->instance = own->instance;
    request->reg_id = own->reg_id;
    request->outbound = own->outbound;
  }
  forward(now, flow, transaction, identity, std::move(*request));
}

Registration& Registrar::find_or_make(const Flow& flow, const Identity& identity,
                                      const RegisterRequest& request) {
  std::string key = key_of(identity, request);
  const auto known = edge_.registration_keys.find(key);
  if (known != edge_.registration_keys.end()) return *edge_.registration(known->second);
  RegistrationId id{edge_.random.u64()};
  while (id.value == 0 || edge_.registrations.count(id.value) != 0) id.value = edge_.random.u64();
  Registration made;
  made.id = id;
  made.key = std::move(key);
  made.identity = identity;
  made.aor = request.aor;
  made.instance = request.instance;
  made.reg_id = request.reg_id;
  made.outbound = request.outbound;
  made.flow = flow.id;
  return edge_.keep_registration(std::move(made));
}

void Registrar::forward(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                        const Identity& identity, RegisterRequest request) {
  CoreClient& client =
      send_to_core(now, flow, transaction.request.clone(), identity, std::move(request));
  client.w2 = transaction.id;
  transaction.core = client.id;
  flow.pending_register = transaction.id;
}

CoreClient& Registrar::send_to_core(common::TimePoint now, const Flow& flow, sip::Message out,
                                    const Identity& identity, RegisterRequest request) {
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  const auto left = duration_cast<seconds>(identity.expires_at - now) - edge_.policy.token_margin;
  const auto cap = std::max<std::int64_t>(
      0, std::min<std::int64_t>(left.count(), edge_.policy.max_expires.count()));
  request.expires = static_cast<std::uint32_t>(std::min<std::int64_t>(request.expires, cap));

  if (read_code_body(out).state != BodyCode::State::absent) out.clear_body();
  if (flow.star && flow.star->identity) name_user(out, request.aor);
  std::string path_user = edge_.random.base64url(20);  // a query binds nothing
  RegistrationId id;
  if (request.contact) {
    Registration& registration = find_or_make(flow, identity, request);
    id = registration.id;
    registration.identity = identity;
    path_user = edge_.tokens.make(FlowTokens::Use::path, id);
  }
  make_core_register(out, identity, edge_.policy, path_user, request.outbound,
                     request.contact ? &*request.contact : nullptr, request.expires, edge_.random);
  std::string next_hop =
      edge_.policy.register_next_hop.empty() ? out.request_uri() : edge_.policy.register_next_hop;
  CoreClient& client =
      edge_.open_core(std::move(out), std::move(next_hop), CorePurpose::registration);
  client.registration = id;
  edge_.timers.set(TimerKind::core_client, client.id.value, now + edge_.policy.transaction_timeout);
  return client;
}

void Registrar::handle_flow_closed(common::TimePoint now, const Flow& flow) {
  edge_.timers.clear(TimerKind::verification, flow.id.value);
  if (flow.verification) edge_.verifications.erase(flow.verification->value);
  for (const RegistrationId id : std::set<RegistrationId>(flow.registrations)) {
    Registration* registration = edge_.registration(id);
    if (registration == nullptr || registration->flow != flow.id) continue;
    registration->flow.reset();
    edge_.report({.kind = Event::Kind::flow_lost,
                  .flow = flow.id,
                  .call = {},
                  .impi = registration->identity.impi,
                  .impu = registration->aor,
                  .peer = {},
                  .call_id = {},
                  .method = {},
                  .why = "connection closed"});
    edge_.timers.set(TimerKind::grace, id.value, now + edge_.policy.grace);
  }
}

void Registrar::handle_grace_end(common::TimePoint now, RegistrationId id) {
  end(now, id, {.cause = 503, .why = "connection lost", .tell_core = true, .close_code = 1000});
}

void Registrar::handle_expiry(common::TimePoint now, RegistrationId id) {
  Registration* registration = edge_.registration(id);
  if (registration == nullptr || !registration->active) return;
  if (registration->calls.empty() || !edge_.policy.calls_survive_expiry) {
    const std::optional<FlowId> carrier = registration->flow;
    end(now, id,
        {.cause = 503, .why = "registration expired", .tell_core = false, .close_code = 0});
    if (carrier) {
      edge_.timers.set(TimerKind::flow_idle, carrier->value, now + edge_.policy.after_expiry);
    }
    return;
  }
  // token-auth 6.5: calls go on, nothing new begins.
  registration->active = false;
  edge_.report({.kind = Event::Kind::deregistered,
                .flow = registration->flow.value_or(FlowId{}),
                .call = {},
                .impi = registration->identity.impi,
                .impu = registration->aor,
                .peer = {},
                .call_id = {},
                .method = {},
                .why = "registration expired, calls go on",
                .credential = registration->identity.credential});
  for (const CallHandle call : registration->calls) {
    edge_.timers.set(TimerKind::call, call.value, now + edge_.policy.longest_call_after_expiry);
  }
}

void Registrar::end(common::TimePoint now, RegistrationId id, const End& how) {
  Registration* registration = edge_.registration(id);
  if (registration == nullptr || registration->ending) return;
  const bool active = registration->active;
  registration->active = false;
  registration->ending = true;
  sessions_.release_all(now, id, how.cause, how.why);
  if (how.tell_core && active) deregister_at_core(*registration);
  edge_.report({.kind = Event::Kind::deregistered,
                .flow = registration->flow.value_or(FlowId{}),
                .call = {},
                .impi = registration->identity.impi,
                .impu = registration->aor,
                .peer = {},
                .call_id = {},
                .method = {},
                .why = std::string(how.why),
                .credential = registration->identity.credential});
  if (registration->flow && how.close_code != 0) {
    edge_.close(*registration->flow, how.close_code, std::string(how.why));
  }
  edge_.forget_registration(id);
}

}  // namespace ims
