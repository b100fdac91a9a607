// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ims-interface/edge/edge.hpp"

namespace ims {

class Registrar;

/// The eP-CSCF's own subscription to the reg event (TS 24.229 5.2.3, REG-44, REG-45): learns from
/// the S-CSCF that a registration ended or was shortened.
class RegEvents {
 public:
  explicit RegEvents(Edge& edge) : edge_(edge) {}
  void set_registrar(Registrar& registrar) { registrar_ = &registrar; }

  /// After a 200 for a registration; does nothing while a subscription lives.
  void subscribe(common::TimePoint now, Registration& registration);
  void handle_response(common::TimePoint now, CoreClientTx transaction,
                       const sip::Message& response);
  void handle_refresh(common::TimePoint now, RegistrationId id);
  /// A NOTIFY for one of our subscriptions; false when it is somebody else's.
  [[nodiscard]] bool handle_notify(common::TimePoint now, CoreServerTx transaction,
                                   const sip::Message& request);

 private:
  void send(Registration& registration);
  [[nodiscard]] bool register_in_flight(const Registration& registration);
  void apply(common::TimePoint now, RegistrationId id, const std::string& body);

  Edge& edge_;
  Registrar* registrar_ = nullptr;
};

}  // namespace ims
