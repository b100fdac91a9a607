// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/phone/stream_framer.hpp"

#include <algorithm>

#include "wic-gateway/errc.hpp"
#include "wic-gateway/phone/plain_text.hpp"

namespace wic {
namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::string_view ping = "\r\n\r\n";

/// The one Content-Length of a head that ends in CRLF; a folded value belongs to it.
common::Result<std::size_t> content_length(std::string_view head) {
  std::optional<std::string> value;
  bool folding = false;
  head.remove_prefix(std::min(head.size(), head.find(crlf) + crlf.size()));  // the start line
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find(crlf));
    head.remove_prefix(std::min(head.size(), line.size() + crlf.size()));
    if (!line.empty() && (line.front() == ' ' || line.front() == '\t')) {
      if (folding) value->append(trim(line));
      continue;
    }
    folding = false;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = trim(line.substr(0, colon));
    if (!equal_ignoring_case(name, "Content-Length") && !equal_ignoring_case(name, "l")) {
      continue;
    }
    if (value) return common::fail(Errc::broken_stream, "two Content-Length");
    value = trim(line.substr(colon + 1));
    folding = true;
  }
  if (!value) return common::fail(Errc::broken_stream, "no Content-Length");
  const auto number = parse_length(*value);
  if (!number) return common::fail(Errc::broken_stream, "Content-Length is no number");
  return *number;
}

}  // namespace

common::Result<std::optional<std::string>> StreamFramer::next() {
  const auto take = [this](std::size_t size) {
    std::string out = buffer_.substr(0, size);
    buffer_.erase(0, size);
    searched_ = 0;
    length_ = 0;
    return std::optional<std::string>(std::move(out));
  };
  if (length_ == 0) {
    if (buffer_.starts_with(ping)) return take(ping.size());
    if (buffer_.size() < ping.size() && ping.starts_with(buffer_)) return std::nullopt;
    if (buffer_.starts_with(crlf)) buffer_.erase(0, crlf.size());  // the answer to a ping of ours
    const auto end = buffer_.find(ping, searched_);
    if (end == std::string::npos) {
      if (buffer_.size() > max_message_) return common::fail(Errc::broken_stream, "too long");
      searched_ = buffer_.size() < ping.size() ? 0 : buffer_.size() - (ping.size() - 1);
      return std::nullopt;
    }
    const auto body = content_length(std::string_view(buffer_).substr(0, end + crlf.size()));
    if (!body) return common::fail(body.error());
    length_ = end + ping.size() + *body;
    if (length_ > max_message_) return common::fail(Errc::broken_stream, "too long");
  }
  if (buffer_.size() < length_) return std::nullopt;
  return take(length_);
}

}  // namespace wic
