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
#include "wic-gateway/auth/jwks_schedule.hpp"
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
  /// References must outlive it. `requester` null: the key set is fixed, nothing is held.
  Authenticator(AuthenticatorConfig config, WallClock& clock, const RevocationList& revocations,
                KeyRequester* requester, common::Metrics& metrics);

  [[nodiscard]] std::optional<ims::TokenOutcome> verify(
      common::TimePoint now, ims::VerificationId id, const ims::PresentedToken& presented,
      const ims::FlowPeer& peer, const std::vector<std::string>& required_scopes) override;

  /// The answer to a request for keys, or a scheduled change; null when there are none.
  void handle_keys(common::TimePoint now, KeySetPtr keys);
  void handle_timeout(common::TimePoint now);
  [[nodiscard]] std::optional<common::TimePoint> poll_timeout() const;
  [[nodiscard]] std::optional<LaterOutcome> poll_outcome();

  [[nodiscard]] bool has_keys() const { return keys_ != nullptr; }
  /// Why the last refused token was refused, for the log; never holds a token.
  [[nodiscard]] const std::string& last_refusal() const { return last_refusal_; }

 private:
  struct Held {
    ims::VerificationId id;
    std::string token;
    ims::FlowPeer peer;
    std::vector<std::string> scopes;
    common::TimePoint until;
  };

  common::Result<TokenPtr> find_or_validate(std::string_view token);
  ims::TokenOutcome judge(common::TimePoint now, const common::Result<TokenPtr>& token,
                          std::string_view origin, const std::vector<std::string>& scopes);
  [[nodiscard]] bool is_worth_waiting(common::TimePoint now, const common::Error& error);
  [[nodiscard]] bool origin_fits(const common::jose::AccessToken& token,
                                 std::string_view origin) const;
  void answer(const Held& request, ims::TokenOutcome outcome);
  ims::TokenOutcome refuse(ims::TokenFailure failure, std::string why, const char* cause);

  AuthenticatorConfig config_;
  TokenValidator validator_;
  WallClock& clock_;
  const RevocationList& revocations_;
  KeyRequester* requester_;
  common::Metrics& metrics_;
  common::Counter accepted_;
  KeySetPtr keys_;
  TokenCache cache_;
  std::deque<Held> held_;  // the oldest first: all wait equally long
  std::deque<LaterOutcome> outcomes_;
  std::optional<common::TimePoint> last_request_;
  bool request_pending_ = false;
  std::string last_refusal_;
};

}  // namespace wic
