// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/time.hpp"
#include "ims-interface/dialog/session_timer.hpp"
#include "ims-interface/edge_proxy.hpp"
#include "ims-interface/identity/charging.hpp"

namespace ims {

/// Who offered last and whether the answer came (RFC 3264, RFC 6337).
struct OfferState {
  std::optional<Side> pending;  // offerer while there is no final answer
  std::string offer_in;         // the pending offer and what it became
  std::string offer_out;
  std::string answer_in;  // the last answer and what it became
  std::string answer_out;
};

/// One dialog of a call; forks differ in the core's tag.
struct Dialog {
  std::string core_tag;
  std::string core_address;                      // From/To value of the core's party, with tag
  std::string core_target;                       // its Contact URI
  std::vector<std::string> core_route;           // route set from us toward the core
  std::shared_ptr<const SendCoreStateless> ack;  // sent again when the core repeats its 2xx
  bool confirmed = false;
  bool ended = false;
  OfferState media;
  SessionTimer timer;
  std::uint32_t invite_shift = 0;              // of the WIC's last INVITE: its ACK's and PRACK's
  std::optional<std::uint32_t> answered_here;  // CSeq of the INVITE whose ACK is ours to absorb
  std::string wic_ack = {};  // over UDP: the ACK that went to the phone, and its CSeq
  std::optional<std::uint32_t> wic_ack_cseq = {};
};

/// An INVITE usage, or a SUBSCRIBE/REFER usage (`session` false), of one registration.
struct Call {
  enum class State : std::uint8_t { calling, early, answered };
  CallHandle id;
  bool session = true;
  bool originating = false;
  State state = State::calling;
  RegistrationId registration;
  std::string call_id;
  std::string wic_tag;      // empty: terminating and no response yet
  std::string wic_address;  // From/To value of the WIC, with tag
  std::string wic_target;   // its Contact URI
  std::vector<Dialog> dialogs;
  std::uint32_t wic_cseq = 0;    // last CSeq toward the core
  std::uint32_t cseq_shift = 0;  // requests of our own toward the core: the WIC's numbers go up
  std::uint32_t core_cseq = 0;   // last CSeq of the core
  ChargingIds charging;
  std::string impu;
  std::string peer;
  common::TimePoint started;
  std::optional<common::TimePoint> answered;
  OfferState first_offer;  // of the WIC's INVITE: where each fork's dialog begins
  bool media_open = false;
  bool takes_keyframe_info = true;  // until the other side refuses one (RFC 5168)
  std::uint64_t initial_w2 = 0;     // W2 server (originating) or client (terminating) transaction
  std::optional<CoreClientTx> initial_core;  // originating
  int release_cause = 0;                     // we ended it; a late 2xx is answered with BYE
  std::string release_why;

  [[nodiscard]] Dialog* find(std::string_view core_tag) {
    for (Dialog& dialog : dialogs) {
      if (dialog.core_tag == core_tag) return &dialog;
    }
    return nullptr;
  }
};

}  // namespace ims
