// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/bench/load/call_book.hpp"
#include "tests/bench/load/core_transport.hpp"
#include "tests/bench/load/media_plane.hpp"
#include "tests/bench/load/sip_dialog.hpp"

namespace bench {

/// The IMS core as the gateway's static next hop sees it: registrar with Path and Service-Route,
/// a user agent that answers every INVITE with PCMU, and the origin of calls toward browsers.
class CoreResponder {
 public:
  /// `media` may be null when only registrations are measured.
  CoreResponder(EventLoop& loop, const sockaddr_in& local, MediaPlane* media, CallBook& calls,
                std::function<void(std::string_view)> complain);

  /// Calls a registered user along its Path; `done` as CallBook has it.
  void call(const std::string& impu, CallBook::Done done);
  [[nodiscard]] bool knows(const std::string& impu) const { return bindings_.contains(impu); }

 private:
  struct Binding {
    std::string contact;
    std::vector<std::string> path;
  };
  struct Call {
    std::optional<SipDialog> dialog;
    std::optional<sockaddr_in> gateway_rtp;
  };
  /// What is sent again over UDP until somebody answers (timers A, E and G of RFC 3261).
  struct Retransmission {
    std::string text;
    CorePeer to;
    SipMessage request;  // an INVITE of ours, for the ACK
  };

  void receive(std::string_view text, const CorePeer& from);
  void receive_request(const SipMessage& request, const CorePeer& from);
  void receive_response(const SipMessage& response);
  void handle_register(const SipMessage& request, const CorePeer& from);
  void handle_invite(const SipMessage& request, const CorePeer& from);
  void handle_bye(const SipMessage& request, const CorePeer& from);
  void start_media(const std::string& call_id, std::string_view sdp);
  void drop_call(const std::string& call_id);
  void reply(const SipMessage& response, const CorePeer& to);
  void send_reliably(const std::string& key, Retransmission message);
  void resend(const std::string& key, common::SteadyClock::duration after);
  [[nodiscard]] std::string via() const;

  EventLoop& loop_;
  std::string address_;
  MediaPlane* media_;
  CallBook& calls_;
  std::function<void(std::string_view)> complain_;
  CoreTransport transport_;
  std::unordered_map<std::string, Binding> bindings_;  // by IMPU
  std::unordered_map<std::string, Call> active_;       // by Call-ID
  std::unordered_map<std::string, Retransmission> pending_;
};

}  // namespace bench
