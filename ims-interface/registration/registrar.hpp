// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "ims-interface/edge/edge.hpp"
#include "ims-interface/registration/register_request.hpp"

namespace ims {

class RegEvents;
class Sessions;

/// Registration by Trusted Node Authentication (TS 33.203 X.3.2.3, TS 24.229 5.2.2): tokens,
/// identity binding, refresh, expiry, loss of the connection, and every way in which one ends.
class Registrar {
 public:
  Registrar(Edge& edge, Sessions& sessions, RegEvents& reg_events)
      : edge_(edge), sessions_(sessions), reg_events_(reg_events) {}

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

 private:
  void refuse(common::TimePoint now, Flow& flow, W2ServerTx& transaction, int status,
              std::string_view why, bool close);
  void challenge(common::TimePoint now, Flow& flow, W2ServerTx& transaction, std::string_view error,
                 std::string_view why, bool close);
  void handle_failure(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                      TokenFailure failure);
  void handle_identity(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                       const Identity& identity);
  [[nodiscard]] bool admit(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                           const Identity& identity, const RegisterRequest& request);
  void forward(common::TimePoint now, Flow& flow, W2ServerTx& transaction, const Identity& identity,
               RegisterRequest request);
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
};

}  // namespace ims
