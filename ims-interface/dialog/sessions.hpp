// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "ims-interface/dialog/bodies.hpp"
#include "ims-interface/edge/edge.hpp"

namespace ims {

class StarDevices;

/// Everything that is not registration: originating and terminating requests, dialogs, and the few
/// moments where a P-CSCF acts as a user agent (TS 24.229 5.2.6 to 5.2.8).
class Sessions {
 public:
  Sessions(Edge& edge, StarDevices& star) : edge_(edge), star_(star), bodies_(edge) {}

  // W2. handle_wic_request() is for what opened a server transaction.
  void handle_wic_request(common::TimePoint now, Flow& flow, W2ServerTx& transaction);
  void handle_wic_ack(common::TimePoint now, Flow& flow, sip::Message ack);
  void handle_wic_cancel(common::TimePoint now, Flow& flow, const sip::Message& cancel);
  void handle_wic_response(common::TimePoint now, std::uint64_t client, sip::Message response);
  /// Its transactions end now; dialogs wait for the grace time (REG-47).
  void handle_flow_lost(common::TimePoint now, const Flow& flow);

  // Mw
  void handle_core_request(common::TimePoint now, CoreServerTx transaction, sip::Message request);
  void handle_core_cancel(common::TimePoint now, CoreServerTx transaction, std::string_view reason);
  void handle_core_response(common::TimePoint now, CoreClientTx transaction, sip::Message response);

  // time
  void handle_w2_client_timeout(common::TimePoint now, std::uint64_t client);
  void handle_core_client_timeout(common::TimePoint now, CoreClientTx transaction);
  void handle_call_timeout(common::TimePoint now, CallHandle id);

  /// Asks the core's side for a keyframe by INFO (RFC 5168). False when there is no call that could
  /// be asked, or it has refused one before.
  bool ask_keyframe(CallHandle id);
  void handle_keyframe_answer(CoreClient& client, const sip::Message& response);

  /// BYE, or CANCEL and a final response, on both sides. False for an unknown call.
  bool release(common::TimePoint now, CallHandle id, int cause, std::string_view why);
  void release_all(common::TimePoint now, RegistrationId id, int cause, std::string_view why);

 private:
  // originating.cpp
  void originate(common::TimePoint now, Flow& flow, W2ServerTx& transaction);
  [[nodiscard]] bool admit(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                           const Registration& registration,
                           const std::vector<std::string>& identities);
  [[nodiscard]] bool set_service_route(common::TimePoint now, const Flow& flow,
                                       W2ServerTx& transaction, const Registration& registration,
                                       sip::Message& out);
  void forward_to_core(common::TimePoint now, W2ServerTx& transaction, sip::Message out, Call* call,
                       bool offers);
  void refuse(common::TimePoint now, W2ServerTx& transaction, int status, std::string_view why);

  // answers from the core
  void handle_initial_answer(common::TimePoint now, CoreClient& client, Call& call,
                             sip::Message& response);
  void handle_core_2xx_again(CoreClient& client, const sip::Message& response);

  // terminating.cpp
  void terminate(common::TimePoint now, CoreServerTx transaction, sip::Message request);
  [[nodiscard]] Registration* find_terminating(CoreServerTx transaction,
                                               const sip::Message& request);
  [[nodiscard]] bool forward_to_wic(common::TimePoint now, Flow& flow, CoreServerTx transaction,
                                    sip::Message out, const sip::Message& request,
                                    Registration& registration, Call* call, bool offers,
                                    const ChargingIds& charging);
  void handle_wic_answer(common::TimePoint now, W2ClientTx& client, Call& call,
                         sip::Message& response);
  void repeat_ack_of_2xx(const W2ClientTx& client, const sip::Message& response);
  void refuse_core(CoreServerTx transaction, const sip::Message& request, int status,
                   std::string_view why);

  // in_dialog.cpp
  void in_dialog_from_wic(common::TimePoint now, Flow& flow, W2ServerTx& transaction);
  void in_dialog_from_core(common::TimePoint now, CoreServerTx transaction, sip::Message request);
  [[nodiscard]] bool set_dialog_route(const Flow& flow, const Dialog& dialog,
                                      sip::Message& out) const;
  [[nodiscard]] bool told_by_media(const Call& call, const sip::Message& request, Side to);
  void ack_from_core(common::TimePoint now, sip::Message ack);
  void end_dialog(common::TimePoint now, Call& call, std::string_view core_tag,
                  std::string_view why);

  // local_answer.cpp: true when it answered
  [[nodiscard]] bool answer_here(common::TimePoint now, W2ServerTx& transaction, Call& call,
                                 Dialog& dialog);

  // release.cpp
  void report_end(common::TimePoint now, const Call& call, int status, std::string_view why);
  void bye_to_core(const Call& call, const Dialog& dialog, std::string_view reason);
  void bye_to_wic(common::TimePoint now, const Call& call, const Dialog& dialog,
                  std::string_view reason);
  void end_late_core_answer(const CoreClient& client, const sip::Message& response,
                            std::string_view reason);
  /// The core's answer to a request within a dialog whose WIC is disconnected.
  void settle_unheard(common::TimePoint now, CoreClient& client, Call& call,
                      sip::Message& response);
  void end_late_wic_answer(common::TimePoint now, const W2ClientTx& client,
                           const sip::Message& response, std::string_view reason);

  Edge& edge_;
  StarDevices& star_;
  Bodies bodies_;
};

/// A request of our own in the dialog, in the WIC's name.
[[nodiscard]] sip::Message request_to_core(const Call& call, const Dialog& dialog,
                                           std::string_view method, std::uint32_t cseq);
/// INVITE, SUBSCRIBE, REFER: a 2xx makes a dialog, so we record-route.
[[nodiscard]] bool makes_dialog(std::string_view method);
/// One less, with 70 for a missing one; false when nothing is left (483).
[[nodiscard]] bool lower_max_forwards(sip::Message& request);
/// "SIP;cause=503;text="…"".
[[nodiscard]] std::string reason_value(int cause, std::string_view why);
/// The route set toward the core from a response's Record-Route, ours left out.
[[nodiscard]] std::vector<std::string> core_route_of(const sip::Message& response,
                                                     const Policy& policy);

}  // namespace ims
