// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/jose/jwk.hpp"
#include "common/result.hpp"
#include "common/time.hpp"
#include "wic-gateway/auth/event_stream.hpp"
#include "wic-gateway/auth/revocation_event.hpp"

namespace wic {

/// Where a gateway stands in its issuer's feed of revocations (token-auth 6.4): checks signature
/// and order of what comes, and says from where to go on after a loss, so that nothing is missed.
class RevocationFeed {
 public:
  RevocationFeed(std::string issuer, std::vector<common::jose::Algorithm> algorithms)
      : issuer_(std::move(issuer)), algorithms_(std::move(algorithms)) {}

  /// A new connection. Its query: what to go on from.
  [[nodiscard]] std::string begin();
  /// The next octets of the stream; an error means: connect again. Errc::unknown_key wants the key
  /// set fetched before.
  [[nodiscard]] common::Result<void> handle_text(common::TimePoint now, std::string_view text,
                                                 const common::jose::KeySet* keys);
  /// What came since; in order.
  [[nodiscard]] std::vector<RevocationNotice> take_notices();
  /// When the feed last proved to be complete; none: not yet.
  [[nodiscard]] std::optional<common::TimePoint> complete_at() const { return complete_at_; }
  [[nodiscard]] std::int64_t sequence() const { return sequence_; }

 private:
  common::Result<void> handle_event(common::TimePoint now, const StreamEvent& event,
                                    const common::jose::KeySet* keys);
  common::Result<void> handle_hello(const std::string& data);
  common::Result<void> handle_heartbeat(common::TimePoint now, const std::string& data);

  std::string issuer_;
  std::vector<common::jose::Algorithm> algorithms_;
  EventStream stream_;
  std::string feed_;
  std::int64_t sequence_ = 0;  // of the last event taken
  bool greeted_ = false;
  bool caught_up_ = false;  // on this connection
  std::vector<RevocationNotice> notices_;
  std::optional<common::TimePoint> complete_at_;
};

}  // namespace wic
