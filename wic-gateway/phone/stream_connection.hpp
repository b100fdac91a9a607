// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "common/time.hpp"
#include "wic-gateway/phone/stream_framer.hpp"
#include "wic-gateway/ws/rate_limit.hpp"

namespace wic {

struct StreamLimits {
  std::size_t max_message = 65'536;
  Rate messages{50, 200};            // pings count too
  std::size_t send_queue = 262'144;  // octets that a slow reader may leave
  std::chrono::milliseconds message_timeout = std::chrono::seconds(10);  // first to last octet
  std::chrono::milliseconds idle_timeout = std::chrono::minutes(70);
  std::chrono::milliseconds close_timeout = std::chrono::seconds(2);
};

/// One TCP or TLS connection of a phone (RFC 3261 18, RFC 5626 3.5.1): octets in, whole messages
/// out, and everything that ends it. Owns no socket and reads no clock.
class StreamConnection {
 public:
  StreamConnection(const StreamLimits& limits, common::TimePoint now);

  void handle_bytes(common::TimePoint now, std::string_view bytes);
  void handle_timeout(common::TimePoint now);
  [[nodiscard]] common::TimePoint poll_timeout() const;
  /// A whole message; "\r\n\r\n" is a ping, which the caller answers.
  [[nodiscard]] std::optional<std::string> poll_message();

  void send(std::string_view text);
  /// Once what was sent is written.
  void close(common::TimePoint now, std::string_view reason);

  /// What the socket should take now, and how much of it went.
  [[nodiscard]] std::string_view output() const {
    return std::string_view(output_).substr(written_);
  }
  void handle_written(std::size_t octets);

  [[nodiscard]] bool is_over() const {
    return over_ || (close_due_ && output().empty() && messages_.empty());
  }
  [[nodiscard]] std::string_view end_reason() const { return reason_; }

 private:
  void lose(std::string_view reason);

  const StreamLimits* limits_;
  StreamFramer framer_;
  RateLimit rate_;
  std::deque<std::string> messages_;
  std::string output_;
  std::size_t written_ = 0;
  common::TimePoint idle_due_;
  std::optional<common::TimePoint> message_due_;
  std::optional<common::TimePoint> close_due_;
  bool over_ = false;
  std::string reason_;
};

}  // namespace wic
