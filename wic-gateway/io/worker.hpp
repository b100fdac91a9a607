// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <exception>
#include <future>
#include <thread>

#include "media/engine.hpp"
#include "wic-gateway/io/mailbox.hpp"
#include "wic-gateway/io/signalling.hpp"

namespace wic::io {

/// Hands a call's media events to the worker that signals it. Media threads post here, so it
/// outlives the engine.
class MediaEvents final : public media::EventSink {
 public:
  explicit MediaEvents(Mailbox& mailbox) : mailbox_(mailbox) {}
  void post(media::Event event) noexcept override;

 private:
  Mailbox& mailbox_;
};

/// One signalling thread: makes its loop and its Signalling there, runs them, ends them.
class Worker {
 public:
  /// Returns once the worker listens; throws what stopped it. What it is given outlives it.
  Worker(unsigned number, const SharedParts& parts, Mailbox& mailbox, MediaEvents& sink);
  ~Worker();  // as stop() without patience, if it still runs
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Asks the worker to end its registrations and calls and then itself, in `patience` at the most.
  void begin_stop(std::chrono::milliseconds patience);
  void join();

 private:
  void run(unsigned number, const SharedParts& parts, MediaEvents& sink,
           std::promise<void> started);
  void loop(EventLoop& loop, Signalling& signalling);

  Mailbox& mailbox_;
  std::optional<common::TimePoint> stop_by_;  // the worker's thread only
  std::thread thread_;
};

}  // namespace wic::io
