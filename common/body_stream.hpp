// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace common {

/// The body of a response that grows while its connection lasts, such as text/event-stream. One
/// side writes from any thread, the server's shell sends what was written. Bounded: a reader that
/// does not keep up loses the connection, not the writer its memory.
class BodyStream {
 public:
  explicit BodyStream(std::size_t max_unsent_bytes = 256 * 1024);
  ~BodyStream();
  BodyStream(const BodyStream&) = delete;
  BodyStream& operator=(const BodyStream&) = delete;

  // The writer's side.

  /// False when the reader is gone or too slow; nothing more will be sent then.
  bool write(std::string_view text);
  /// Ends the body after what was written.
  void finish();
  [[nodiscard]] bool closed() const;

  // The shell's side.

  /// `wake` is called after every write() and finish() until close(), on the writer's thread, and
  /// at once when there is something to do already. It must not call back.
  void attach(std::function<void()> wake);
  struct Piece {
    std::string text;
    bool finished = false;  // nothing follows
  };
  /// Moves out what waits to be sent.
  [[nodiscard]] Piece take();
  /// The connection is gone.
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace common
