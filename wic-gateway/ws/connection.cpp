// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/ws/connection.hpp"

#include <algorithm>

#include "common/encoding.hpp"

namespace wic {
namespace {

// Of one message. A browser sends a few; without a bound empty fragments would go on for ever.
constexpr std::size_t most_pieces = 4096;

}  // namespace

WsConnection::WsConnection(const WsLimits& limits, common::TimePoint now)
    : limits_(&limits), next_ping_(now + limits.ping_interval), messages_(limits.messages, now) {}

std::optional<std::string> WsConnection::handle_fragment(common::TimePoint now,
                                                         std::string_view piece, bool first,
                                                         bool last, bool binary) {
  if (closing_ || lost_ != nullptr) return std::nullopt;
  if (first) start_message(binary);
  if (message_.size() + piece.size() > limits_->max_message) {
    message_ = {};
    close(now, CloseCode::message_too_big, "message too big");
    return std::nullopt;
  }
  message_.append(piece);
  if (++pieces_ > most_pieces) {
    close(now, CloseCode::policy_violation, "too many fragments");
    return std::nullopt;
  }
  if (!last) return std::nullopt;
  return finish_message(now);
}

void WsConnection::start_message(bool binary) {
  message_.clear();
  pieces_ = 0;
  binary_ = binary;
}

std::optional<std::string> WsConnection::finish_message(common::TimePoint now) {
  std::string message = std::move(message_);
  message_ = {};
  if (!messages_.allow(limits_->messages, now)) {
    close(now, CloseCode::policy_violation, "too many messages");
    return std::nullopt;
  }
  if (message.empty()) return std::nullopt;
  // RFC 5626 section 3.5.1: a double CRLF asks for one CRLF; JsSIP sends and expects it.
  if (message == "\r\n\r\n") {
    send("\r\n");
    return std::nullopt;
  }
  if (message == "\r\n") return std::nullopt;
  if (!binary_ && !common::is_utf8(message)) {
    close(now, CloseCode::invalid_payload, "text is not UTF-8");
    return std::nullopt;
  }
  return message;
}

void WsConnection::handle_pong(common::TimePoint now) {
  pong_due_.reset();
  next_ping_ = now + limits_->ping_interval;
}

void WsConnection::handle_timeout(common::TimePoint now) {
  if (close_due_ && now >= *close_due_) {
    lost_ = "peer did not close";
    return;
  }
  if (closing_) return;
  if (pong_due_ && now >= *pong_due_) {
    lost_ = "no pong";
    return;
  }
  if (!pong_due_ && now >= next_ping_) {
    ping_wanted_ = true;
    pong_due_ = now + limits_->pong_timeout;
  }
}

void WsConnection::send(std::string message) {
  if (closing_ || lost_ != nullptr) return;
  queued_ += message.size();
  if (queued_ > limits_->send_queue) {
    lost_ = "peer reads too slowly";
    queue_.clear();
    return;
  }
  queue_.push_back(std::move(message));
}

void WsConnection::close(common::TimePoint now, CloseCode code, std::string reason) {
  if (closing_) return;
  reason.resize(std::min<std::size_t>(reason.size(), 123));  // RFC 6455 section 5.5
  closing_ = WsClose{code, std::move(reason)};
  close_due_ = now + limits_->close_timeout;
}

std::optional<WsTransmit> WsConnection::poll_transmit() {
  if (lost_ != nullptr || close_sent_) return std::nullopt;
  if (!queue_.empty()) {
    WsMessage next{std::move(queue_.front()), binary_};
    queue_.pop_front();
    queued_ -= next.payload.size();
    return next;
  }
  if (closing_) {
    close_sent_ = true;
    return *closing_;
  }
  if (ping_wanted_) {
    ping_wanted_ = false;
    return WsPing{};
  }
  return std::nullopt;
}

bool WsConnection::wants_to_write() const {
  if (lost_ != nullptr || close_sent_) return false;
  return !queue_.empty() || closing_.has_value() || ping_wanted_;
}

common::TimePoint WsConnection::poll_timeout() const {
  if (close_due_) return *close_due_;
  return pong_due_ ? *pong_due_ : next_ping_;
}

std::string_view WsConnection::end_reason() const {
  if (closing_) return closing_->reason;
  return lost_ != nullptr ? std::string_view(lost_) : std::string_view();
}

}  // namespace wic
