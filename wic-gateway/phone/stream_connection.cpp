// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/phone/stream_connection.hpp"

#include <algorithm>

namespace wic {

StreamConnection::StreamConnection(const StreamLimits& limits, common::TimePoint now)
    : limits_(&limits),
      framer_(limits.max_message),
      rate_(limits.messages, now),
      idle_due_(now + limits.idle_timeout) {}

void StreamConnection::lose(std::string_view reason) {
  if (over_) return;
  over_ = true;
  if (reason_.empty()) reason_ = reason;
}

void StreamConnection::handle_bytes(common::TimePoint now, std::string_view bytes) {
  if (over_ || close_due_) return;
  idle_due_ = now + limits_->idle_timeout;
  framer_.append(bytes);
  bool whole = false;
  for (;;) {
    auto message = framer_.next();
    if (!message) return lose(message.error().message());
    if (!*message) break;
    if (!rate_.allow(limits_->messages, now)) return lose("too many messages");
    messages_.push_back(std::move(**message));
    whole = true;
  }
  if (!framer_.is_partial()) {
    message_due_.reset();
  } else if (whole || !message_due_) {
    message_due_ = now + limits_->message_timeout;
  }
}

std::optional<std::string> StreamConnection::poll_message() {
  if (messages_.empty()) return std::nullopt;
  std::string out = std::move(messages_.front());
  messages_.pop_front();
  return out;
}

void StreamConnection::handle_timeout(common::TimePoint now) {
  if (close_due_ && now >= *close_due_) lose("peer does not read");
  if (message_due_ && now >= *message_due_) lose("message not finished in time");
  if (now >= idle_due_) lose("idle");
}

common::TimePoint StreamConnection::poll_timeout() const {
  common::TimePoint due = idle_due_;
  if (message_due_) due = std::min(due, *message_due_);
  if (close_due_) due = std::min(due, *close_due_);
  return due;
}

void StreamConnection::send(std::string_view text) {
  if (over_ || close_due_) return;
  if (written_ > 0 && written_ == output_.size()) {
    output_.clear();
    written_ = 0;
  }
  if (output_.size() - written_ + text.size() > limits_->send_queue) {
    return lose("peer reads too slowly");
  }
  output_.append(text);
}

void StreamConnection::close(common::TimePoint now, std::string_view reason) {
  if (over_ || close_due_) return;
  reason_ = reason;
  close_due_ = now + limits_->close_timeout;
}

void StreamConnection::handle_written(std::size_t octets) {
  written_ = std::min(output_.size(), written_ + octets);
  if (written_ < output_.size()) return;
  output_.clear();
  written_ = 0;
}

}  // namespace wic
