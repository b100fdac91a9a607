// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.hpp"

namespace wic {

/// Cuts SIP messages out of a TCP or TLS stream by their Content-Length (RFC 3261 18.3), and the
/// pings of RFC 5626 between them. Decides where a message ends and nothing else: what it says is
/// the screen's business.
class StreamFramer {
 public:
  explicit StreamFramer(std::size_t max_message) : max_message_(max_message) {}

  void append(std::string_view bytes) { buffer_.append(bytes); }
  /// The next whole message, "\r\n\r\n" for a ping, or nothing yet. An error ends the stream: its
  /// further bytes mean nothing.
  [[nodiscard]] common::Result<std::optional<std::string>> next();
  /// A message has begun and is not whole: the peer owes the rest.
  [[nodiscard]] bool is_partial() const { return !buffer_.empty() && buffer_ != "\r\n"; }

 private:
  std::size_t max_message_;
  std::string buffer_;
  std::size_t searched_ = 0;  // the empty line does not begin before here
  std::size_t length_ = 0;    // of the message at the front; 0: not known yet
};

}  // namespace wic
