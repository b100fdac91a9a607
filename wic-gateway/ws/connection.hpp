// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/time.hpp"
#include "wic-gateway/ws/rate_limit.hpp"

namespace wic {

struct WsLimits {
  std::size_t max_message = 64 * 1024;
  std::size_t send_queue = 256 * 1024;
  Rate messages{50, 200};
  std::chrono::milliseconds ping_interval = std::chrono::seconds(25);
  std::chrono::milliseconds pong_timeout = std::chrono::seconds(10);
  std::chrono::milliseconds close_timeout = std::chrono::seconds(2);
};

/// RFC 6455 section 7.4.1.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  invalid_payload = 1007,
  policy_violation = 1008,
  message_too_big = 1009,
  try_again_later = 1013,
};

/// What the shell must write next.
struct WsMessage {
  std::string payload;
  bool binary = false;
};
struct WsPing {};
struct WsClose {
  CloseCode code = CloseCode::normal;
  std::string reason;
};
using WsTransmit = std::variant<WsMessage, WsPing, WsClose>;

/// One established WebSocket that carries SIP (RFC 7118): reassembles messages, answers
/// keep-alives, keeps limits and time-outs, queues what waits to be written. Knows no socket and no
/// SIP.
class WsConnection {
 public:
  WsConnection(const WsLimits& limits, common::TimePoint now);  // limits must outlive it

  /// A piece of a message in the order of the wire. Returns a SIP message when one is complete.
  [[nodiscard]] std::optional<std::string> handle_fragment(common::TimePoint now,
                                                           std::string_view piece, bool first,
                                                           bool last, bool binary);
  void handle_pong(common::TimePoint now);
  void handle_timeout(common::TimePoint now);

  /// Queues a SIP message, in the form (text or binary) that the peer uses. A peer that reads too
  /// slowly is given up: see is_lost().
  void send(std::string message);
  /// Close after everything queued so far; what comes later is not sent. The first call counts.
  void close(common::TimePoint now, CloseCode code, std::string reason);

  [[nodiscard]] std::optional<WsTransmit> poll_transmit();
  [[nodiscard]] bool wants_to_write() const;
  [[nodiscard]] common::TimePoint poll_timeout() const;
  /// The shell must drop the connection without more words.
  [[nodiscard]] bool is_lost() const { return lost_ != nullptr; }
  /// Why it is closing or lost, in words; empty while it is well.
  [[nodiscard]] std::string_view end_reason() const;

 private:
  void start_message(bool binary);
  [[nodiscard]] std::optional<std::string> finish_message(common::TimePoint now);

  const WsLimits* limits_;
  std::string message_;
  std::size_t pieces_ = 0;
  std::list<std::string> queue_;  // allocates nothing while idle, unlike a deque
  std::size_t queued_ = 0;
  std::optional<WsClose> closing_;
  const char* lost_ = nullptr;
  common::TimePoint next_ping_;
  std::optional<common::TimePoint> pong_due_;
  std::optional<common::TimePoint> close_due_;
  RateLimit messages_;
  bool ping_wanted_ = false;
  bool binary_ = false;
  bool close_sent_ = false;
};

}  // namespace wic
