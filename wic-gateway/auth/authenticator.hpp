// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/metrics.hpp"
#include "common/time.hpp"
#include "ims-interface/edge_proxy.hpp"
#include "ims-interface/token_identity.hpp"
#include "wic-gateway/auth/introspection.hpp"
#include "wic-gateway/auth/jwks_schedule.hpp"
#include "wic-gateway/auth/key_proof.hpp"
#include "wic-gateway/auth/revocation.hpp"
#include "wic-gateway/auth/token_cache.hpp"
#include "wic-gateway/auth/token_validator.hpp"
#include "wic-gateway/auth/wall_clock.hpp"

namespace wic {

struct AuthenticatorConfig {
  TokenPolicy tokens;
  /// WWSF identity -> Origins of its pages (SEC-06). Empty: any WWSF from any allowed Origin.
  std::map<std::string, std::vector<std::string>> wwsf_origins;
  std::size_t cache = 10'000;
  std::chrono::milliseconds hold = std::chrono::seconds(3);
  std::size_t max_held = 1000;
  /// Least time between two questions for unknown keys; as in JwksTimes.
  std::chrono::milliseconds unknown_key = std::chrono::seconds(60);
  /// How long the issuer has for an answer about one token, and how long that answer counts.
  std::chrono::milliseconds introspection_timeout = std::chrono::seconds(2);
  std::chrono::seconds introspection_cache{30};
  /// Revocations are followed: a feed that says nothing for so long is not relied on (attack 21).
  std::chrono::milliseconds feed_silence = std::chrono::seconds(60);
  enum class Stale { introspect, refuse, accept };
  /// What becomes of new tokens then. What was accepted before goes on.
  Stale stale_feed = Stale::introspect;
};

/// Asks for a newer key set; handle_keys() will follow.
class KeyRequester {
 public:
  virtual ~KeyRequester() = default;
  virtual void request_keys() = 0;
};

/// The answer to a question that had to wait.
struct LaterOutcome {
  ims::VerificationId id;
  ims::TokenOutcome outcome;
  ims::FlowPeer peer;
  std::string refusal;  // as last_refusal(); empty for an accepted token
};

/// Answers the SIP side's question whose token this is (token-auth 6.2), for one worker. A token
/// whose key is not known yet waits for the issuer's key set; outcomes of waiting ones are drained
/// with poll_outcome().
class Authenticator final : public ims::TokenVerifier {
 public:
  /// What is beside the tokens themselves; all outlive it.
  struct Surroundings {
    WallClock& clock;
    const RevocationList& revocations;
    ProofMemory& proofs;
    KeyRequester* key_requester = nullptr;  // null: the key set is fixed, nothing waits for keys
    Introspector* introspector = nullptr;   // null: opaque tokens are refused
    bool follows_feed = false;              // of revocations: handle_feed() will be called
  };
  Authenticator(AuthenticatorConfig config, Surroundings around, common::Metrics& metrics);

  [[nodiscard]] std::optional<ims::TokenOutcome> verify(
      common::TimePoint now, ims::VerificationId id, const ims::PresentedToken& presented,
      const ims::FlowPeer& peer, const std::vector<std::string>& required_scopes) override;

  /// The answer to a request for keys, or a scheduled change; null when there are none.
  void handle_keys(common::TimePoint now, KeySetPtr keys);
  /// The answer to Introspector::introspect(); an error: there was none.
  void handle_introspection(common::TimePoint now, std::uint64_t question,
                            const common::Result<IntrospectionAnswer>& answer);
  /// The feed of revocations was complete at that time.
  void handle_feed(common::TimePoint complete_at);
  /// False while the feed cannot be relied on: an alarm.
  [[nodiscard]] bool is_feed_fresh(common::TimePoint now) const;
  void handle_timeout(common::TimePoint now);
  [[nodiscard]] std::optional<common::TimePoint> poll_timeout() const;
  [[nodiscard]] std::optional<LaterOutcome> poll_outcome();

  [[nodiscard]] bool has_keys() const { return keys_ != nullptr; }
  /// Why the last refused token was refused, for the log; never holds a token.
  [[nodiscard]] const std::string& last_refusal() const { return last_refusal_; }

 private:
  enum class Waiting { for_keys, for_introspection };
  struct Held {
    ims::VerificationId id;
    TokenPresentation presented;
    ims::FlowPeer peer;
    std::vector<std::string> scopes;
    common::TimePoint until;
    Waiting waiting = Waiting::for_keys;
    std::uint64_t question = 0;
  };

  using Verdict = common::Result<TokenPtr>;
  Verdict find_or_validate(common::TimePoint now, const std::string& token);
  Verdict validate_here(const std::string& token, common::SystemTime date);
  Verdict check_again(const TokenPtr& known, common::SystemTime date) const;
  ims::TokenOutcome judge(common::TimePoint now, const Verdict& token, const Held& request);
  ims::TokenOutcome judge_claims(common::TimePoint now, const common::jose::AccessToken& claims,
                                 const Held& request);
  [[nodiscard]] std::optional<Waiting> worth_waiting(common::TimePoint now,
                                                     const common::Error& error);
  void hold(common::TimePoint now, Held request, Waiting waiting);
  [[nodiscard]] bool origin_fits(const common::jose::AccessToken& token,
                                 std::string_view origin) const;
  void answer(const Held& request, ims::TokenOutcome outcome);
  ims::TokenOutcome refuse(ims::TokenFailure failure, std::string why, const char* cause);
  void remember(const common::jose::AccessToken& claims);

  AuthenticatorConfig config_;
  TokenValidator validator_;
  Surroundings around_;
  common::Metrics& metrics_;
  common::Counter accepted_;
  common::Counter introspected_total_;
  KeySetPtr keys_;
  TokenCache cache_;
  TokenCache introspected_;
  std::map<std::string, common::SystemTime> accepted_before_;  // by jti, until they expire
  std::deque<Held> held_;
  std::uint64_t last_question_ = 0;
  std::optional<common::TimePoint> feed_complete_at_;
  std::deque<LaterOutcome> outcomes_;
  std::optional<common::TimePoint> last_request_;
  bool request_pending_ = false;
  std::string last_refusal_;
};

}  // namespace wic
