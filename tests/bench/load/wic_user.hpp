// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tests/bench/load/call_book.hpp"
#include "tests/bench/load/media_plane.hpp"
#include "tests/bench/load/sip_dialog.hpp"
#include "tests/bench/load/ws_connection.hpp"

namespace bench {

/// One line of the file that `waf token mint` writes.
struct UserIdentity {
  std::string impi;
  std::string impu;
  std::string token;
};

/// What all users share.
struct WicWorld {
  EventLoop& loop;
  WsTarget target;
  MediaPlane* media = nullptr;  // without: a user registers but does not call
  const media::dtls::Context* dtls = nullptr;
  media::Fingerprint fingerprint;
  CallBook& calls;
  std::string callee;  // whom users call, a SIP URI
  /// Told once per distinct reason why something of a user failed.
  std::function<void(std::string_view)> complain;
};

/// A browser user: one WebSocket connection, one registration, at most one call.
class WicUser {
 public:
  using Done = std::function<void(bool ok)>;

  WicUser(WicWorld& world, UserIdentity identity, unsigned index);

  /// Connects when there is no connection, then registers or re-registers.
  void register_now(Done done);
  /// INVITEs the callee; `done` as CallBook has it.
  void call(Done done);
  void hang_up(Done done);

  [[nodiscard]] bool registered() const { return registered_; }
  [[nodiscard]] bool in_call() const { return dialog_.has_value(); }
  [[nodiscard]] const UserIdentity& identity() const { return identity_; }

 private:
  void connect();
  void lost(std::string_view reason);
  void send_register();
  void receive(std::string_view text);
  void receive_response(const SipMessage& response);
  void receive_request(const SipMessage& request);
  void handle_register_response(const SipMessage& response);
  void handle_invite_response(const SipMessage& response);
  void answer(const SipMessage& invite);
  void open_media(const std::string& call_id);
  void close_media();
  [[nodiscard]] std::string via() const;
  [[nodiscard]] std::string contact() const;
  void send(const SipMessage& message) { connection_->send_text(message.print()); }

  WicWorld& world_;
  UserIdentity identity_;
  unsigned index_;
  std::string domain_;
  std::string host_;
  std::string call_id_;  // of the registration
  std::string tag_;
  unsigned cseq_ = 0;
  bool open_ = false;
  bool registered_ = false;
  std::unique_ptr<WsConnection> connection_;
  Done register_done_;
  Done hang_up_done_;
  std::optional<SipMessage> invite_;  // sent and not finally answered
  std::optional<SipDialog> dialog_;
  std::optional<MediaPlane::WicId> leg_;
};

}  // namespace bench
