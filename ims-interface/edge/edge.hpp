// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/random.hpp"
#include "ims-interface/dialog/call.hpp"
#include "ims-interface/edge/flow.hpp"
#include "ims-interface/edge/timers.hpp"
#include "ims-interface/edge/transactions.hpp"
#include "ims-interface/edge_proxy.hpp"
#include "ims-interface/registration/nonces.hpp"
#include "ims-interface/registration/registration.hpp"

namespace ims {

/// The tables of one worker and the few operations that every procedure needs. Procedures
/// (Registrar, Sessions, RegEvents) decide; this only keeps, finds, sends and forgets.
class Edge {
 public:
  Edge(Policy given_policy, const FlowTokens::Key& key, common::RandomSource& source,
       TokenVerifier& token_verifier, MediaControl& media_control, CodeExchange* code_exchange)
      : policy(std::move(given_policy)),
        tokens(key),
        random(source),
        verifier(token_verifier),
        media(media_control),
        codes(code_exchange),
        nonces(nonce_key(source), policy.nonce_life, policy.nonces_in_use) {}

  const Policy policy;
  const FlowTokens tokens;
  common::RandomSource& random;
  TokenVerifier& verifier;
  MediaControl& media;
  CodeExchange* const codes;  // null: no access codes
  Nonces nonces;

  Timers timers;
  std::deque<Output> outputs;
  std::deque<Event> events;
  std::optional<std::chrono::seconds> draining;

  std::unordered_map<std::uint64_t, Flow> flows;
  std::unordered_map<std::uint64_t, Registration> registrations;
  std::unordered_map<std::string, RegistrationId> registration_keys;
  std::unordered_multimap<std::string, RegistrationId> registrations_by_impi;
  std::unordered_multimap<std::string, RegistrationId> registrations_by_instance;
  std::unordered_map<std::uint64_t, FlowId> verifications;
  std::unordered_map<std::uint64_t, std::uint64_t> request_checks;    // verification -> W2 server
  std::unordered_map<std::string, RegistrationId> reg_event_dialogs;  // by Call-ID
  std::unordered_map<std::uint64_t, Call> calls;
  std::unordered_multimap<std::string, CallHandle> calls_by_id;  // by Call-ID
  std::unordered_map<std::uint64_t, W2ServerTx> w2_servers;
  std::unordered_map<std::string, std::uint64_t> w2_server_keys;
  std::unordered_map<std::uint64_t, W2ClientTx> w2_clients;
  std::unordered_map<std::string, std::uint64_t> w2_client_branches;
  std::unordered_map<std::uint64_t, std::uint64_t> w2_clients_by_core;  // CoreServerTx -> client
  std::unordered_map<std::uint64_t, CoreClient> core_clients;
  std::unordered_map<std::string, std::uint64_t> w2_accepted;  // over UDP: 2xx without an ACK
  std::unordered_map<std::uint64_t, AckedFailure> acked_failures;
  std::unordered_map<std::string, std::uint64_t> acked_branches;

  [[nodiscard]] std::uint64_t next_id() { return ++last_id_; }

  // -- finding ------------------------------------------------------------------------------
  [[nodiscard]] Flow* flow(FlowId id);
  [[nodiscard]] Registration* registration(RegistrationId id);
  [[nodiscard]] Call* call(CallHandle id);
  /// The call that a message with these identifiers belongs to. An empty or unknown core tag finds
  /// a call that has no dialog of that tag yet, when `adopt` allows it.
  [[nodiscard]] Call* find_call(std::string_view call_id, std::string_view wic_tag,
                                std::string_view core_tag, bool adopt);
  /// Registered identities that a flow may use, default first (SES-05).
  [[nodiscard]] std::vector<std::string> identities(const Flow& flow);
  /// The registration whose identities include `uri`, else the flow's first; none when
  /// unregistered.
  [[nodiscard]] Registration* registration_for(const Flow& flow, std::string_view identity);

  // -- W2 -----------------------------------------------------------------------------------
  void send(FlowId flow, const sip::Message& message);
  void send_text(FlowId flow, std::string text);
  /// The message as that flow carries it: compact where a datagram would be fragmented.
  [[nodiscard]] std::string text_for(FlowId flow, const sip::Message& message) const;
  /// A Via value of ours for requests on that flow.
  [[nodiscard]] std::string own_via(const Flow& flow, std::string_view branch) const;
  /// Our Record-Route toward a phone: unlike a browser it goes where the route set says.
  [[nodiscard]] std::string access_route(const Flow& flow, RegistrationId registration) const;
  /// Takes away what names us from the front of a client's Route.
  void drop_own_routes(const Flow& flow, std::vector<std::string>& routes) const;
  void close(FlowId flow, std::uint16_t code, std::string reason);
  [[nodiscard]] W2ServerTx* open_server(Flow& flow, sip::Message request);
  /// The transaction that a request of `method` with this request's top Via opened.
  [[nodiscard]] W2ServerTx* find_server(FlowId flow, const sip::Message& request,
                                        std::string_view method);
  /// Sends a response of that transaction and moves its state. The Via list is the request's.
  void respond(common::TimePoint now, W2ServerTx& transaction, sip::Message response);
  /// A response of our own.
  void refuse(common::TimePoint now, W2ServerTx& transaction, int status, std::string_view why);
  void forget_server(std::uint64_t id);
  /// Puts our Via on top and sends; null when the flow has no room.
  [[nodiscard]] W2ClientTx* open_client(common::TimePoint now, Flow& flow, sip::Message request);
  void forget_client(std::uint64_t id);
  void send_cancel(common::TimePoint now, W2ClientTx& transaction);
  void send_ack_for_failure(common::TimePoint now, const W2ClientTx& transaction,
                            const sip::Message& response);

  // -- retransmission.cpp: flows over UDP ------------------------------------------------------
  [[nodiscard]] bool repeats(FlowId flow) const;
  /// Timers B, F, H: how long that flow's transactions wait.
  [[nodiscard]] std::chrono::milliseconds patience(const Flow* flow) const;
  void repeat(common::TimePoint now, TimerKind kind, std::uint64_t id, Retransmission& again,
              std::string text);
  void handle_repeat(common::TimePoint now, TimerKind kind, std::uint64_t id);
  void repeat_last_response(const W2ServerTx& transaction);
  void keep_accepted(const W2ServerTx& transaction);
  void forget_accepted(const W2ServerTx& transaction);
  void handle_ack_of_2xx(FlowId flow, const sip::Message& ack);
  void keep_ack_of_failure(common::TimePoint now, FlowId flow, const std::string& branch,
                           std::string ack);
  void forget_acked_failure(std::uint64_t id);
  void repeat_ack_of_failure(FlowId flow, const sip::Message& response);

  // -- Mw -----------------------------------------------------------------------------------
  CoreClient& open_core(sip::Message request, std::string next_hop, CorePurpose purpose);
  void forget_core(CoreClientTx id);
  void reply_to_core(CoreServerTx transaction, sip::Message response);

  // -- calls --------------------------------------------------------------------------------
  [[nodiscard]] Call& open_call(common::TimePoint now, Registration& registration,
                                std::string call_id, bool session);
  void forget_call(CallHandle id);
  Registration& keep_registration(Registration registration);
  void forget_registration(RegistrationId id);

  void report(Event event) { events.push_back(std::move(event)); }
  /// "399 host "why"", with nothing in it that would end the quoted string.
  [[nodiscard]] std::string warning(std::string_view why) const;

 private:
  [[nodiscard]] static Nonces::Key nonce_key(common::RandomSource& source) {
    Nonces::Key key{};
    source.fill(key);
    return key;
  }

  std::uint64_t last_id_ = 0;
};

/// Topmost Route's URI, else the Request-URI.
[[nodiscard]] std::string next_hop_of(const sip::Message& request);
/// True for a Route, Record-Route or Path value that names `host` ("host[:port]").
[[nodiscard]] bool names_host(std::string_view value, std::string_view host);
/// URI inside a Contact (or other name-addr) value; empty when it has none.
[[nodiscard]] std::string uri_of(std::string_view value);

}  // namespace ims
