// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ims-interface/edge_proxy.hpp"
#include "tests/support/seeded_random.hpp"

namespace test {

/// Access tokens by their text; the real checks are the gateway's.
class TableVerifier final : public ims::TokenVerifier {
 public:
  std::optional<ims::TokenOutcome> verify(common::TimePoint now, ims::VerificationId id,
                                          const ims::PresentedToken& presented,
                                          const ims::FlowPeer& peer,
                                          const std::vector<std::string>& scopes) override;

  std::map<std::string, ims::Identity, std::less<>> tokens;
  std::map<std::string, ims::TokenFailure, std::less<>> failures;
  bool later = false;  // outcomes come by handle_token_outcome
  std::optional<ims::VerificationId> asked;
  unsigned checks = 0;
  std::string dpop;  // of the last token presented
  std::string uri;
};

/// The WAF's part for phones: keeps what was asked; outcomes come later, as from a real one.
class TableCodes final : public ims::CodeExchange {
 public:
  std::optional<ims::TokenOutcome> exchange(common::TimePoint now, ims::VerificationId id,
                                            const ims::CodeProof& proof,
                                            const ims::FlowPeer& peer) override;
  std::optional<ims::Identity> resume(common::TimePoint now, const std::string& device) override;

  std::deque<std::pair<ims::VerificationId, ims::CodeProof>> asked;
  std::map<std::string, ims::Identity> devices;  // that resume() knows
};

/// Marks every body with what became of it, so that a test sees which exchange it went through.
class MarkingMedia final : public ims::MediaControl {
 public:
  common::Result<std::string> offer(ims::CallHandle call, std::string_view dialog, ims::Side from,
                                    std::string_view sdp) override;
  common::Result<std::string> answer(ims::CallHandle call, std::string_view dialog, ims::Side from,
                                     std::string_view sdp, bool final) override;
  /// Bodies with "restart" renew the transport, those with "same" change nothing.
  common::Result<std::optional<std::string>> answer_alone(ims::CallHandle call,
                                                          std::string_view dialog, ims::Side from,
                                                          std::string_view sdp,
                                                          ims::Alone what) override;
  common::Result<void> confirm(ims::CallHandle call, std::string_view dialog) override;
  void rollback(ims::CallHandle call, std::string_view dialog) override;
  void release(ims::CallHandle call) override;
  void set_access(ims::CallHandle call, const ims::AccessSide& side) override;
  common::Result<std::string> announce(ims::CallHandle call, std::string_view sdp,
                                       ims::Announcement what) override;

  bool ask_keyframe(ims::CallHandle /*call*/, ims::Side of) override {
    keyframes.push_back(of);
    return can_ask_keyframe;
  }

  bool send_digit(ims::CallHandle /*call*/, ims::Side /*to*/, std::uint8_t event,
                  std::chrono::milliseconds duration) override {
    digits.emplace_back(event, duration);
    return takes_events;
  }

  std::vector<std::pair<int, std::chrono::milliseconds>> digits;
  bool takes_events = true;
  std::map<std::uint64_t, ims::AccessSide> access;
  std::vector<ims::Side> keyframes;
  bool can_ask_keyframe = true;
  bool can_announce = true;
  std::vector<std::string> log;        // "offer wic", "answer core final", "rollback", "release"
  std::vector<std::string> dialogs;    // of each offer and answer
  std::vector<std::string> confirmed;  // dialogs
  bool refuse_next = false;
  std::map<std::uint64_t, int> open;
};

/// An edge proxy between scripted WICs and a scripted core, on virtual time.
class EdgeBench {
 public:
  explicit EdgeBench(ims::Policy policy = default_policy());

  [[nodiscard]] static ims::Policy default_policy();
  [[nodiscard]] ims::Identity identity(const std::string& user) const;

  // -- WIC ----------------------------------------------------------------------------------
  ims::FlowId open(std::string origin = "https://localhost:8443");
  void send(ims::FlowId flow, const std::string& text);
  void close(ims::FlowId flow);
  /// REGISTER of `user` with `token` ("" for none); expires below zero leaves it out.
  [[nodiscard]] std::string register_text(const std::string& user, const std::string& token,
                                          int expires = 600, const std::string& extra = "");
  /// Registers and lets the core answer 200; returns the flow.
  ims::FlowId registered(const std::string& user);
  void core_accepts_register(std::uint32_t granted = 540);
  [[nodiscard]] std::string request_text(const std::string& method, const std::string& uri,
                                         const std::string& user, const std::string& call_id,
                                         const std::string& extra = "", const std::string& sdp = "",
                                         const std::string& to_tag = "", std::uint32_t cseq = 1,
                                         const std::string& branch = "");

  // -- core ---------------------------------------------------------------------------------
  [[nodiscard]] ims::sip::Message core_request(const std::string& method, const std::string& route,
                                               const std::string& uri, const std::string& call_id,
                                               const std::string& sdp = "",
                                               const std::string& to_tag = "",
                                               std::uint32_t cseq = 1);
  ims::CoreServerTx from_core(ims::sip::Message request);
  /// Answers the last request that went to the core.
  void core_answers(int status, const std::string& to_tag = "core-tag", const std::string& sdp = "",
                    const std::string& extra = "");
  void core_answers(ims::CoreClientTx transaction, const ims::sip::Message& request, int status,
                    const std::string& to_tag = "core-tag", const std::string& sdp = "",
                    const std::string& extra = "");
  /// The WIC's answer to the last request it got.
  void wic_answers(ims::FlowId flow, int status, const std::string& to_tag = "wic-tag",
                   const std::string& sdp = "");

  void advance(std::chrono::milliseconds by);
  void drain();

  // -- what happened ------------------------------------------------------------------------
  struct Sent {
    ims::CoreClientTx transaction;
    ims::sip::Message request;
    std::string next_hop;
  };
  std::deque<std::pair<ims::FlowId, ims::sip::Message>> to_wic;
  std::deque<Sent> to_core;
  std::deque<ims::ReplyToCore> replies;
  std::deque<ims::CancelCoreRequest> cancels;
  std::deque<ims::SendCoreStateless> stateless;
  std::deque<ims::CloseFlow> closed;
  std::deque<ims::Event> events;

  [[nodiscard]] const ims::sip::Message& last_to_wic() const { return to_wic.back().second; }
  [[nodiscard]] const ims::sip::Message& last_to_core() const { return to_core.back().request; }
  [[nodiscard]] const ims::sip::Message& last_reply() const { return replies.back().response; }
  [[nodiscard]] bool happened(ims::Event::Kind kind) const;
  /// Path of the last REGISTER at the core, as a Route value.
  [[nodiscard]] const std::string& path() const { return path_; }
  void forget_traffic();

  common::TimePoint now{std::chrono::hours(1)};
  test::SeededRandom random;
  TableVerifier verifier;
  MarkingMedia media;
  TableCodes codes;
  std::deque<ims::RevokeToken> revoked;
  std::vector<std::string> sent_texts;  // to clients, as they left
  ims::EdgeProxy proxy;

 protected:
  [[nodiscard]] ims::FlowId next_flow() { return ims::FlowId{++flows_}; }

 private:
  std::uint64_t flows_ = 0;
  std::uint64_t server_transactions_ = 0;
  std::uint64_t branches_ = 0;
  std::map<std::string, std::uint32_t> register_cseq_;
  std::string path_;
};

inline constexpr const char* wic_sdp = "v=0\r\ns=wic\r\n";
inline constexpr const char* core_sdp = "v=0\r\ns=core\r\n";

}  // namespace test
