// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "ims-interface/edge/edge.hpp"
#include "ims-interface/registration/digest.hpp"
#include "ims-interface/registration/register_request.hpp"

namespace ims {

class RegEvents;
class Sessions;
class StarDevices;

/// Registration by Trusted Node Authentication (TS 33.203 X.3.2.3, TS 24.229 5.2.2): tokens,
/// identity binding, refresh, expiry, loss of the connection, and every way in which one ends.
class Registrar {
 public:
  Registrar(Edge& edge, Sessions& sessions, RegEvents& reg_events, StarDevices& star)
      : edge_(edge), sessions_(sessions), reg_events_(reg_events), star_(star) {}

  void handle_request(common::TimePoint now, Flow& flow, W2ServerTx& transaction);
  void handle_outcome(common::TimePoint now, VerificationId id, TokenOutcome outcome);
  void handle_response(common::TimePoint now, CoreClientTx transaction, sip::Message response);
  void handle_flow_closed(common::TimePoint now, const Flow& flow);
  void handle_verification_timeout(common::TimePoint now, FlowId flow);
  void handle_expiry(common::TimePoint now, RegistrationId id);
  void handle_grace_end(common::TimePoint now, RegistrationId id);

  struct End {
    int cause = 503;  // Reason of the BYEs
    std::string_view why;
    bool tell_core = true;
    std::uint16_t close_code = 1008;
  };
  /// Releases its calls, takes it back at the core, closes its connection, forgets it.
  void end(common::TimePoint now, RegistrationId id, const End& end);

  /// A REGISTER of a phone that a star code has bound to that user.
  void handle_bound(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                    const Identity& identity);
  /// Registers the user whom a star code has bound to that flow's phone, without waiting for the
  /// phone's next REGISTER. False when the phone's last one cannot be used.
  [[nodiscard]] bool push(common::TimePoint now, Flow& flow, const Identity& identity);

 private:
  void refuse(common::TimePoint now, Flow& flow, W2ServerTx& transaction, int status,
              std::string_view why, bool close);
  void challenge(common::TimePoint now, Flow& flow, W2ServerTx& transaction, std::string_view error,
                 std::string_view why, bool close, bool stale = false);
  /// Shape, domain, To and From, and that nothing else is under way; else it has answered.
  [[nodiscard]] std::optional<RegisterRequest> read(common::TimePoint now, Flow& flow,
                                                    W2ServerTx& transaction);
  void handle_exposed_token(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                            std::string token);
  /// `ask` starts the check; its outcome may come at once or by handle_outcome().
  template <class Ask>
  void check(common::TimePoint now, Flow& flow, W2ServerTx& transaction, Ask ask);

  // code_register.cpp: phones without a token
  void handle_codes(common::TimePoint now, Flow& flow, W2ServerTx& transaction);
  void handle_digest(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                     const DigestCredentials& digest);
  void exchange(common::TimePoint now, Flow& flow, W2ServerTx& transaction, CodeProof proof);

  [[nodiscard]] bool ends_connection(Flow& flow) const;
  void handle_failure(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                      TokenFailure failure);
  void handle_identity(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                       const Identity& identity);
  [[nodiscard]] bool admit(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                           const Identity& identity, const RegisterRequest& request);
  void forward(common::TimePoint now, Flow& flow, W2ServerTx& transaction, const Identity& identity,
               RegisterRequest request);
  CoreClient& send_to_core(common::TimePoint now, const Flow& flow, sip::Message out,
                           const Identity& identity, RegisterRequest request);
  [[nodiscard]] Registration& find_or_make(const Flow& flow, const Identity& identity,
                                           const RegisterRequest& request);
  void handle_success(common::TimePoint now, CoreClient& client, W2ServerTx* waiting,
                      sip::Message response);
  void handle_refusal(common::TimePoint now, CoreClient& client, W2ServerTx* waiting,
                      sip::Message response);
  [[nodiscard]] bool retry_longer(CoreClient& client, const sip::Message& response,
                                  common::TimePoint now);
  void bind(common::TimePoint now, Registration& registration, Flow& flow);

  // deregistration.cpp
  /// The binding that a removal means: one the core knows, of this client (R10).
  [[nodiscard]] const Registration* find_own(const Flow& flow, const Identity& identity,
                                             const RegisterRequest& request);
  void answer_bindings(common::TimePoint now, const Flow& flow, W2ServerTx& transaction,
                       std::string_view aor);
  void deregister_at_core(const Registration& registration);

  Edge& edge_;
  Sessions& sessions_;
  RegEvents& reg_events_;
  StarDevices& star_;
};

}  // namespace ims
