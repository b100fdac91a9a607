// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/endpoint.hpp"
#include "common/random.hpp"
#include "common/time.hpp"
#include "ims-interface/code_exchange.hpp"
#include "ims-interface/flow_peer.hpp"
#include "ims-interface/media_control.hpp"
#include "ims-interface/policy.hpp"
#include "ims-interface/registration/flow_token.hpp"
#include "ims-interface/sip/message.hpp"
#include "ims-interface/token_identity.hpp"

namespace ims {

/// A server transaction of the core side (nta_incoming_t); numbered by the shell, never reused.
struct CoreServerTx {
  std::uint64_t value = 0;
  auto operator<=>(const CoreServerTx&) const = default;
};

/// A client transaction of the core side (nta_outgoing_t); numbered by the proxy, never reused.
struct CoreClientTx {
  std::uint64_t value = 0;
  auto operator<=>(const CoreClientTx&) const = default;
};

// -- what the shell must do, in this order ----------------------------------------------------

/// Send one SIP message, or "\r\n" as keep-alive answer: a WebSocket text message, a datagram, or
/// octets of a stream.
struct SendToFlow {
  FlowId flow;
  std::string text;
};
/// Close the connection once everything before is written; over UDP, forget the source address.
/// handle_flow_closed() may follow or not. `code` is the WebSocket's.
struct CloseFlow {
  FlowId flow;
  std::uint16_t code = 1000;
  std::string reason;
};
/// Start a client transaction toward the core. `next_hop` is the URI to send to (topmost Route,
/// Request-URI or configured entry), lr routing is done: only transport and RFC 3263 remain.
/// The request carries the previous hops' Via headers; nta puts the gateway's own on top. Responses
/// are given back as received, with or without nta's own Via: the proxy restores the Via list from
/// the server transaction. nta sends the ACK of a non-2xx itself. Max-Forwards is already lowered.
struct SendCoreRequest {
  CoreClientTx transaction;
  sip::Message request;
  std::string next_hop;
};
/// Cancel that INVITE (nta_outgoing_tcancel): with its final response to come as usual.
struct CancelCoreRequest {
  CoreClientTx transaction;
  std::string reason;  // value of a Reason header for the CANCEL; may be empty
};
/// Send a response of a core server transaction (nta_incoming_mreply). Several provisionals and,
/// for INVITE, several 2xx may come. Its Via list is that of the request as given.
struct ReplyToCore {
  CoreServerTx transaction;
  sip::Message response;
};
/// Send without a transaction (nta_msg_tsend): the ACK of a 2xx. nta adds the gateway's Via.
struct SendCoreStateless {
  sip::Message request;
  std::string next_hop;
};

/// A token was sent where everybody could read it: the WAF is to revoke it (B18).
struct RevokeToken {
  std::string token;  // a secret: never logged
};

using Output = std::variant<SendToFlow, CloseFlow, SendCoreRequest, CancelCoreRequest, ReplyToCore,
                            SendCoreStateless, RevokeToken>;

// -- what logs, metrics and the admin interface may want ---------------------------------------

struct Event {
  enum class Kind : std::uint8_t {
    registered,          // first 200 of a registration
    refreshed,           // a later 200
    deregistered,        // `why`: by the client, expired, flow lost, revoked, by the network, …
    register_refused,    // `status` and `why`; nothing reached the core when `core` is false
    flow_lost,           // grace time runs
    flow_resumed,        // a new connection took the registration over
    flow_refused,        // the bytes or their sender were refused, the flow closes
    request_refused,     // a request other than REGISTER was answered by the gateway itself
    call_started,        // INVITE accepted for forwarding
    call_answered,       // 2xx passed
    call_ended,          // `why` in words, `status` of the final response or 0 after BYE
    core_misconfigured,  // alarm: core asks for credentials, Path unsupported, … (2.5)
    emergency_refused,   // 380 given
  };
  Kind kind = Kind::registered;
  FlowId flow;
  CallHandle call;  // calls only
  std::string impi;
  std::string impu;          // address of record or asserted identity
  std::string peer;          // calls: the other party as dialled or asserted
  std::string call_id;       // SIP Call-ID
  std::string method;        // refusals
  bool originating = false;  // calls: the WIC called
  int status = 0;
  std::string why;
  std::chrono::milliseconds duration{0};  // calls: since answered
  std::string binding = {};     // registered or refreshed on another flow: see supersede()
  std::string credential = {};  // registered and deregistered: as Identity::credential
};

struct RegistrationInfo {
  RegistrationId id;
  std::string impi;
  std::string aor;
  std::string instance;
  std::string contact;
  std::optional<FlowId> flow;  // none: in grace
  std::string address;
  std::optional<Transport> transport;  // none: in grace
  std::chrono::seconds remaining{0};
  std::vector<std::string> associated_uris;
  std::vector<std::string> service_route;
};

struct CallInfo {
  CallHandle call;
  std::string call_id;
  std::string impu;
  std::string peer;
  bool originating = false;
  std::string state;  // calling, early, answered
  std::chrono::seconds age{0};
};

/// Gauges of one worker; every bounded table shows how full it is.
struct Load {
  std::size_t flows = 0;
  std::size_t registrations = 0;
  std::size_t calls = 0;
  std::size_t subscriptions = 0;
  std::size_t transactions = 0;
};

/// The user, session, token or phone's credential that a revocation names (TOK-10).
struct Revocation {
  enum class Kind : std::uint8_t {
    sub,
    sid,
    jti,
    grant,  // all tokens of one grant: their jti is "<grant>.…"
    credential,
    everyone,
  };
  Kind kind = Kind::sub;
  std::string value;
  std::string why;
  /// Registrations by a token that was issued later are not meant.
  std::optional<common::SystemTime> issued_until = {};

  /// True for an identity that goes with it.
  [[nodiscard]] bool names(const Identity& identity) const;
};

/// The eP-CSCF of one signalling worker: a record-routing proxy between the clients' flows (W2:
/// WICs over WebSocket, phones over UDP, TCP and TLS) and the IMS core (Mw), with the interventions
/// that TS 24.229, 24.371 and 33.203 Annex X want. Owns flows, W2 transactions, registrations,
/// dialogs. No socket, clock or thread: inputs come by handle_*(), outputs are drained by poll_*()
/// after every input.
class EdgeProxy {
 public:
  /// The hooks must outlive the proxy. Without `codes` no access code is ever asked for.
  EdgeProxy(Policy policy, const FlowTokens::Key& token_key, common::RandomSource& random,
            TokenVerifier& verifier, MediaControl& media, CodeExchange* codes = nullptr);
  ~EdgeProxy();
  EdgeProxy(const EdgeProxy&) = delete;
  EdgeProxy& operator=(const EdgeProxy&) = delete;

  // -- W2 ---------------------------------------------------------------------------------
  void handle_flow_opened(common::TimePoint now, FlowId flow, FlowPeer peer);
  /// One complete WebSocket message, text or binary, one datagram, or one message of a stream.
  void handle_w2_message(common::TimePoint now, FlowId flow, std::string_view bytes);
  void handle_flow_closed(common::TimePoint now, FlowId flow);
  /// Later answer to TokenVerifier::verify or CodeExchange::exchange; unknown ids are ignored.
  void handle_token_outcome(common::TimePoint now, VerificationId id, TokenOutcome outcome);

  /// The gateway has renewed the tokens behind a phone's credential: its registrations live on
  /// under `identity` (token-auth 3.4).
  void renew(common::TimePoint now, const Identity& identity);
  /// True while that flow carries a registration: not to be given up for a stranger's.
  [[nodiscard]] bool is_registered(FlowId flow) const;

  // -- Mw ---------------------------------------------------------------------------------
  /// A request from the core that opened a server transaction. Also the ACK of a 2xx, which has
  /// none: `transaction` is then ignored. CANCEL and the ACK of a non-2xx do not come this way.
  void handle_core_request(common::TimePoint now, CoreServerTx transaction, sip::Message request);
  /// CANCEL for that INVITE. nta answers the CANCEL itself but must not answer the INVITE
  /// (NTATAG_CANCEL_487(0)): the final response comes as ReplyToCore. `reason`: Reason header's
  /// value.
  void handle_core_cancel(common::TimePoint now, CoreServerTx transaction,
                          std::string_view reason = {});
  /// A response, provisional or final, or one that the shell made up: 408 for a time-out, 503 for
  /// an unreachable next hop. Further 2xx of an INVITE (forks, retransmissions) come here too, for
  /// as long as the shell can tell their transaction. 100 may be given or kept.
  void handle_core_response(common::TimePoint now, CoreClientTx transaction, sip::Message response);

  // -- time -------------------------------------------------------------------------------
  void handle_timeout(common::TimePoint now);
  [[nodiscard]] std::optional<common::TimePoint> poll_timeout() const;

  // -- outputs ----------------------------------------------------------------------------
  [[nodiscard]] std::optional<Output> poll_output();
  [[nodiscard]] std::optional<Event> poll_event();

  // -- administration ---------------------------------------------------------------------
  /// Ends what the revoked token or session holds: BYE both sides, deregistration at the core,
  /// WebSocket closed 1008. Returns how many registrations ended.
  std::size_t revoke(common::TimePoint now, const Revocation& revocation);
  /// Deregisters every binding of that IMPI.
  std::size_t deregister(common::TimePoint now, std::string_view impi, std::string_view why);
  /// Another worker has registered this binding since (Event::binding): what is known of it here
  /// ends without a word to the core, its old connection closes 1000 (REG-48).
  void supersede(common::TimePoint now, const std::string& binding);
  /// A keyframe of the core's side is wanted that RTCP cannot ask for: INFO (RFC 5168). False when
  /// nobody can be asked.
  bool ask_keyframe(CallHandle call);
  /// Media failed or an operator wants it: BYE (or CANCEL and a final response) on both sides with
  /// `Reason: SIP;cause=<cause>;text="<why>"`. False when there is no such call.
  bool release_call(common::TimePoint now, CallHandle call, int cause, std::string_view why);
  /// No new registrations and calls from now on (503 with Retry-After); what exists goes on.
  void drain(std::chrono::seconds retry_after);
  /// Graceful end: every call released, every registration taken back at the core.
  void deregister_all(common::TimePoint now, std::string_view why);

  [[nodiscard]] Load load() const;
  [[nodiscard]] std::vector<RegistrationInfo> registrations(common::TimePoint now) const;
  [[nodiscard]] std::vector<CallInfo> calls(common::TimePoint now) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ims
