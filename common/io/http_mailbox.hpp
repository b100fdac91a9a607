// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "common/http.hpp"

namespace common::io {

/// What reaches a server's loop from other threads: responses, and the news that a growing body
/// has grown. Outlives the loop as long as somebody may still answer.
class HttpMailbox {
 public:
  struct Note {
    std::uint64_t connection = 0;
    std::uint32_t turn = 0;                // which of its requests
    std::optional<HttpResponse> response;  // none: the body has grown
  };

  HttpMailbox();
  ~HttpMailbox();
  HttpMailbox(const HttpMailbox&) = delete;
  HttpMailbox& operator=(const HttpMailbox&) = delete;

  /// From any thread. The loop is woken now, or when the thread's ReplyBatch ends.
  static void post(const std::shared_ptr<HttpMailbox>& mailbox, Note note);
  void ring() const;

  // For the loop.
  void take(std::vector<Note>& into);
  void close();
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  std::mutex mutex_;
  std::vector<Note> notes_;
  bool closed_ = false;
};

}  // namespace common::io
