// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace wic {

/// One event of text/event-stream.
struct StreamEvent {
  std::string type;  // "message" when the stream names none
  std::string data;
};

/// Takes text/event-stream apart, however its octets are cut into pieces. Comments, ids and retry
/// times are passed over. Bounded: an event that is too long ends the reading.
class EventStream {
 public:
  static constexpr std::size_t longest_event = 16 * 1024;

  /// False when the stream cannot be read on.
  [[nodiscard]] bool handle_text(std::string_view text);
  [[nodiscard]] std::optional<StreamEvent> poll_event();

 private:
  void handle_line(std::string_view line);

  std::string line_;
  StreamEvent event_;
  std::deque<StreamEvent> events_;
};

}  // namespace wic
