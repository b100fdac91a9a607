// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/metrics.hpp"
#include "common/random.hpp"
#include "common/time.hpp"
#include "ims-interface/edge_proxy.hpp"
#include "ims-interface/io/mw_agent.hpp"
#include "media/engine.hpp"
#include "wic-gateway/admin/report.hpp"
#include "wic-gateway/auth/authenticator.hpp"
#include "wic-gateway/auth/revocations.hpp"
#include "wic-gateway/io/event_follower.hpp"
#include "wic-gateway/io/event_loop.hpp"
#include "wic-gateway/io/phone_server.hpp"
#include "wic-gateway/io/waf_client.hpp"
#include "wic-gateway/io/ws_server.hpp"
#include "wic-gateway/phone/phone_sessions.hpp"
#include "wic-gateway/settings.hpp"

namespace wic::io {

/// What all workers share; the references outlive them.
struct SharedParts {
  const Settings& settings;
  media::Engine& engine;
  WallClock& clock;
  ProofMemory& proofs;
  KeyRequester* key_requester;  // null: the key set is fixed
  ims::FlowTokens::Key flow_key;
  common::RandomSource& random;
  common::Metrics& metrics;
  WafClient* waf;  // null: not configured
  /// The workers' mailboxes, by number: where the WAF's answers go.
  const std::vector<std::unique_ptr<Mailbox>>& mailboxes;
  /// Told which binding a worker took over: the others may still know it by an older connection.
  std::function<void(unsigned worker, const std::string& binding)> on_bound;
};

/// Everything of one signalling worker, on its own thread: W2 server, Mw agent, the eP-CSCF between
/// them, its tokens and its calls' media. Only carries inputs and outputs; the parts decide.
class Signalling final : WsHandler,
                         PhoneHandler,
                         ims::io::MwHandler,
                         ims::TokenVerifier,
                         Introspector {
 public:
  /// Throws std::runtime_error when a port cannot be bound or TLS cannot be set up.
  Signalling(unsigned worker, const SharedParts& parts, EventLoop& loop, media::EventSink& sink);
  ~Signalling() override;

  /// Carries out what the parts want; the time when it must be called again at the latest.
  std::optional<common::TimePoint> turn();

  // Commands, by way of the mailbox.
  void handle_waf_answer(std::uint64_t form, common::Result<WafAnswer> answer);
  void set_keys(KeySetPtr keys);
  void handle_revocations(const EventFollower::News& news);
  void supersede(const std::string& binding);
  void handle_media_event(const media::Event& event);
  void reload_certificate();
  [[nodiscard]] WorkerReport report(bool details) const;
  /// No new connections and calls; ends what there is if the settings say so. is_idle() then says
  /// when nothing is left to wait for.
  void begin_stop();
  [[nodiscard]] bool is_idle() const;
  void close_connections();

 private:
  void on_ws_opened(ims::FlowId flow, ims::FlowPeer peer) override;
  void on_ws_message(ims::FlowId flow, std::string_view message) override;
  void on_ws_closed(ims::FlowId flow, std::string_view why) override;
  void on_phone_opened(ims::FlowId flow, ims::FlowPeer peer) override;
  void on_phone_message(ims::FlowId flow, std::string_view message) override;
  void on_phone_closed(ims::FlowId flow, std::string_view why) override;
  [[nodiscard]] bool is_phone_registered(ims::FlowId flow) const override;
  void on_core_request(ims::CoreServerTx transaction, ims::sip::Message request) override;
  void on_core_cancel(ims::CoreServerTx transaction, std::string_view reason) override;
  void on_core_response(ims::CoreClientTx transaction, ims::sip::Message response) override;
  std::optional<ims::TokenOutcome> verify(common::TimePoint now, ims::VerificationId id,
                                          const ims::PresentedToken& presented,
                                          const ims::FlowPeer& peer,
                                          const std::vector<std::string>& scopes) override;

  void introspect(std::uint64_t question, const std::string& token) override;

  common::TimePoint tick();
  void handle_timeouts(common::TimePoint now);
  bool drain();
  bool drain_phones();
  void ask_waf(WafForm form);
  void execute(ims::Output output);
  void note(const ims::Event& event);
  void note_refusal(const ims::FlowPeer& peer, ims::TokenFailure failure, std::string_view why);
  void publish_load(common::TimePoint now);
  void watch_feed(common::TimePoint now);

  unsigned worker_;
  const Settings& settings_;
  common::Metrics& metrics_;
  std::function<void(unsigned worker, const std::string& binding)> on_bound_;
  WallClock& clock_;
  WafClient* waf_;
  Mailbox& mailbox_;
  Revocations revocations_;
  Authenticator authenticator_;
  MediaController media_;
  PhoneSessions phones_;
  ims::EdgeProxy proxy_;
  ims::io::MwAgent core_;
  WsServer wics_;
  PhoneServer phone_server_;
  common::TimePoint next_load_{};
  bool stopping_ = false;
  bool feed_fresh_ = true;
};

}  // namespace wic::io
