// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/deadlines.hpp"
#include "common/http.hpp"
#include "common/metrics.hpp"
#include "common/random.hpp"
#include "common/result.hpp"
#include "ims-interface/code_exchange.hpp"
#include "ims-interface/edge_proxy.hpp"
#include "ims-interface/token_identity.hpp"

namespace wic {

struct PhoneSessionsConfig {
  std::string audience;                             // `resource` of the exchange
  std::vector<std::string> scopes{"sip.register"};  // that an exchanged token must have
  std::size_t sessions = 100'000;                   // this worker
  std::size_t requests = 256;                       // under way at the WAF, this worker
  std::chrono::milliseconds request_timeout = std::chrono::seconds(4);
  std::chrono::milliseconds retry =
      std::chrono::seconds(15);  // of a refresh, while the WAF is away
};

/// A form for the WAF, to be sent as the gateway's own request.
struct WafForm {
  enum class To : std::uint8_t { token, revocation };
  std::uint64_t id = 0;
  To to = To::token;
  common::FormFields fields;  // hold secrets: never logged
};

struct WafFormAnswer {
  unsigned status = 0;
  std::string body;  // may hold tokens: never logged
};

/// The phones that came with an access code (token-auth 3.3, 3.4), for one worker: exchanges codes
/// and Digest proofs at the WAF, keeps the tokens that the phones never see, refreshes them, and
/// ends what the WAF no longer vouches for. Every REGISTER is proven at the WAF anew, which alone
/// has the secret; when it is away, a phone goes on over the connection on which it was proven
/// before, for no longer than its token lives. Pure: forms come out, answers go in.
class PhoneSessions final : public ims::CodeExchange {
 public:
  struct Outcome {
    ims::VerificationId id;
    ims::TokenOutcome outcome;
    ims::FlowPeer peer;
    std::string refusal;
  };
  struct End {
    std::string credential;
    std::string why;
  };

  /// References must outlive it.
  PhoneSessions(PhoneSessionsConfig config, ims::TokenVerifier& verifier,
                common::RandomSource& random, common::Metrics& metrics);

  [[nodiscard]] std::optional<ims::TokenOutcome> exchange(common::TimePoint now,
                                                          ims::VerificationId id,
                                                          const ims::CodeProof& proof,
                                                          const ims::FlowPeer& peer) override;
  [[nodiscard]] std::optional<ims::Identity> resume(common::TimePoint now,
                                                    const std::string& device) override;
  /// A token that was sent in the clear (B18).
  void revoke(common::TimePoint now, std::string token);

  void handle_answer(common::TimePoint now, std::uint64_t form,
                     const common::Result<WafFormAnswer>& answer);
  /// The verifier's later answer; false when the check was not of here.
  [[nodiscard]] bool handle_token_outcome(common::TimePoint now, ims::VerificationId id,
                                          const ims::TokenOutcome& outcome);
  void handle_registered(const std::string& credential);
  void handle_deregistered(const std::string& credential);
  /// What the WAF has taken back is not kept here either.
  void handle_revoked(const ims::Revocation& revocation);
  void handle_timeout(common::TimePoint now);
  [[nodiscard]] std::optional<common::TimePoint> poll_timeout() const;

  [[nodiscard]] std::optional<WafForm> poll_form();
  [[nodiscard]] std::optional<Outcome> poll_outcome();
  [[nodiscard]] std::optional<ims::Identity> poll_renewal();
  [[nodiscard]] std::optional<End> poll_end();

  [[nodiscard]] std::size_t size() const { return sessions_.size(); }

 private:
  /// What a form was for, and what is to be done with the token in its answer.
  struct Pending {
    enum class Kind : std::uint8_t { exchange, refresh, revocation };
    Kind kind = Kind::exchange;
    ims::VerificationId verification;  // exchange
    ims::FlowPeer peer;
    std::string device;
    std::string username;
    ims::FlowId flow;
    bool star = false;
    std::string credential;  // refresh; exchange: as the WAF names it
    std::string refresh_token;
  };
  struct Session {
    ims::Identity identity;
    std::string refresh_token;
    std::string device;
    std::string username;
    ims::FlowId flow;  // where it was proven last
    ims::FlowPeer peer;
    bool star = false;
    std::size_t registrations = 0;
  };
  enum class TimerKind : std::uint8_t { request, refresh };
  using Timer = std::pair<TimerKind, std::string>;

  std::uint64_t ask(common::TimePoint now, WafForm::To to, common::FormFields fields,
                    Pending pending);
  void handle_tokens(common::TimePoint now, Pending pending, const std::string& body);
  void finish(common::TimePoint now, Pending pending, const ims::TokenOutcome& outcome);
  void keep(common::TimePoint now, const Pending& pending, ims::Identity identity);
  void fail(common::TimePoint now, const Pending& pending, ims::TokenFailure failure,
            std::string why);
  void answer(const Pending& pending, ims::TokenOutcome outcome, std::string why);
  void refresh(common::TimePoint now, const std::string& credential);
  void end(const std::string& credential, std::string why);
  void forget(const std::string& credential);
  void forget_flow(const Session& session, const std::string& credential);
  [[nodiscard]] const Session* proven_before(common::TimePoint now, const Pending& pending) const;
  void count(const char* result);

  PhoneSessionsConfig config_;
  ims::TokenVerifier& verifier_;
  common::RandomSource& random_;
  common::Metrics& metrics_;
  std::map<std::string, Session> sessions_;          // by credential
  std::map<std::string, std::string> star_devices_;  // device -> credential
  std::map<ims::FlowId, std::string> by_flow_;       // where it was proven last -> credential
  std::map<std::uint64_t, Pending> asked_;           // at the WAF
  std::map<std::uint64_t, Pending> checking_;        // at the verifier
  common::Deadlines<Timer> timers_;
  std::deque<WafForm> forms_;
  std::deque<Outcome> outcomes_;
  std::deque<ims::Identity> renewals_;
  std::deque<End> ends_;
  std::uint64_t last_id_ = 0;
};

}  // namespace wic
