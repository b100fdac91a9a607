// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/event_stream.hpp"

#include <utility>

namespace wic {

bool EventStream::handle_text(std::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      // A carriage return before it belongs to the line's end.
      if (line_.ends_with('\r')) line_.pop_back();
      handle_line(line_);
      line_.clear();
    } else {
      line_ += c;
    }
    if (line_.size() + event_.data.size() > longest_event) return false;
  }
  return true;
}

void EventStream::handle_line(std::string_view line) {
  if (line.empty()) {
    StreamEvent whole = std::exchange(event_, {});
    if (whole.data.empty()) return;
    if (whole.type.empty()) whole.type = "message";
    events_.push_back(std::move(whole));
    return;
  }
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "event") event_.type = value;
  if (name != "data") return;
  if (!event_.data.empty()) event_.data += '\n';
  event_.data += value;
}

std::optional<StreamEvent> EventStream::poll_event() {
  if (events_.empty()) return std::nullopt;
  StreamEvent out = std::move(events_.front());
  events_.pop_front();
  return out;
}

}  // namespace wic
