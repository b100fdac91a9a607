// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "ims-interface/edge/edge.hpp"

namespace ims {

class Registrar;

/// Phones that cannot enter a password, only dial (token-auth 3.1 C). Such a phone is provisioned
/// with a device identity that is good for nothing: its REGISTER is answered here and never reaches
/// the core. It dials the prefix and an access code, with the extension in front of the code where
/// the device's own name is not the user's; the code is exchanged, the user registered for the
/// phone, and the call ends with an announcement.
class StarDevices {
 public:
  explicit StarDevices(Edge& edge) : edge_(edge) {}
  void set_registrar(Registrar& registrar) { registrar_ = &registrar; }

  /// False when the request is not of such a device.
  [[nodiscard]] bool handle_register(common::TimePoint now, Flow& flow, W2ServerTx& transaction);
  [[nodiscard]] bool wants(const Flow& flow, const sip::Message& request) const;
  void handle_invite(common::TimePoint now, Flow& flow, W2ServerTx& transaction);
  /// False when the check is not one of these.
  [[nodiscard]] bool handle_outcome(common::TimePoint now, VerificationId id,
                                    const TokenOutcome& outcome);
  /// BYE of a call that was answered here; false for any other.
  [[nodiscard]] bool handle_bye(common::TimePoint now, const Flow& flow, W2ServerTx& transaction);
  void handle_check_timeout(common::TimePoint now, std::uint64_t id);
  void handle_announcement_end(common::TimePoint now, CallHandle call);

 private:
  struct Check {
    FlowId flow;
    std::uint64_t transaction = 0;
  };
  struct Played {
    FlowId flow;
    std::string call_id;
    std::string from;  // we, with tag
    std::string to;    // the phone, with tag
    std::string target;
  };

  void refuse(common::TimePoint now, const Flow& flow, W2ServerTx& transaction, int status,
              std::string_view reason);
  void bind(common::TimePoint now, Flow& flow, const Identity& identity);
  void answer(common::TimePoint now, const Flow& flow, W2ServerTx& transaction, Announcement what);

  Edge& edge_;
  Registrar* registrar_ = nullptr;
  std::unordered_map<std::uint64_t, Check> checks_;
  std::unordered_map<std::uint64_t, Played> played_;
};

}  // namespace ims
