// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ims-interface/edge/retransmission.hpp"
#include "ims-interface/edge_proxy.hpp"
#include "ims-interface/identity/charging.hpp"
#include "ims-interface/sip/message.hpp"

namespace ims {

/// Server transaction of a client's request (RFC 3261 17.2, RFC 6026). Over UDP the last response
/// is kept, for requests that come again, and a final one of INVITE repeated until the ACK comes.
struct W2ServerTx {
  enum class State : std::uint8_t { proceeding, completed, accepted };
  std::uint64_t id = 0;
  FlowId flow;
  std::string key;  // flow, branch, sent-by, method
  sip::Message request;
  State state = State::proceeding;
  std::string to_tag;  // for responses of our own
  std::optional<CoreClientTx> core;
  CallHandle call;
  std::string last_response = {};  // over UDP
  Retransmission again = {};
};

/// Client transaction toward a client.
struct W2ClientTx {
  std::uint64_t id = 0;
  FlowId flow;
  std::string branch;
  sip::Message request;  // as sent: CANCEL and ACK are made of it
  bool own = false;      // our BYE: nobody waits for the response
  CoreServerTx core;
  std::vector<std::string> core_vias;
  std::vector<std::string> record_routes;  // as sent; restored in responses (SES-15)
  RegistrationId registration;
  CallHandle call;
  ChargingIds charging;
  std::string identity;  // asserted in the WIC's responses (SES-13)
  bool offers = false;   // the request carried an offer
  bool provisional = false;
  bool cancel_wanted = false;
  std::string cancel_reason;  // value of the CANCEL's Reason header; may be empty
  bool cancelled = false;
  bool answered = false;      // 2xx passed; kept for nothing but late responses
  Retransmission again = {};  // over UDP
  Retransmission cancel_again = {};
};

enum class CorePurpose : std::uint8_t {
  forward,
  registration,
  deregistration,
  bye,
  keyframe,  // INFO of our own
  reg_event
};

/// Client transaction toward the core.
struct CoreClient {
  CoreClientTx id;
  CorePurpose purpose = CorePurpose::forward;
  std::uint64_t w2 = 0;  // server transaction that waits; 0: gone or none
  sip::Message request;
  RegistrationId registration;
  std::optional<FlowId> pushed = {};  // REGISTER of our own for the phone of that flow
  CallHandle call;
  bool offers = false;
  bool cancelled = false;
  bool abandoned = false;                     // a 2xx that still comes must be ended by us
  bool answered = false;                      // the first 2xx was passed
  bool retried = false;                       // 423 (REG table)
  std::map<std::string, bool> answered_tags;  // To tags of 2xx that were passed
};

}  // namespace ims
