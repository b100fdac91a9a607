// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/worker.hpp"

namespace wic::io {
namespace {

// For the Close frames to leave and the answers to come.
constexpr std::chrono::milliseconds farewell{300};
constexpr std::chrono::milliseconds stop_check{20};

}  // namespace

void MediaEvents::post(media::Event event) noexcept {
  // A full mailbox counts the loss itself; the call then ends by its time-outs.
  mailbox_.post(
      [event = std::move(event)](Signalling& signalling) { signalling.handle_media_event(event); });
}

Worker::Worker(unsigned number, const SharedParts& parts, Mailbox& mailbox, MediaEvents& sink)
    : mailbox_(mailbox) {
  std::promise<void> started;
  std::future<void> ready = started.get_future();
  thread_ = std::thread([this, number, &parts, &sink, promise = std::move(started)]() mutable {
    run(number, parts, sink, std::move(promise));
  });
  try {
    ready.get();
  } catch (...) {
    thread_.join();
    throw;
  }
}

Worker::~Worker() {
  if (!thread_.joinable()) return;
  begin_stop(std::chrono::milliseconds(0));
  join();
}

void Worker::begin_stop(std::chrono::milliseconds patience) {
  mailbox_.post_always([this, patience](Signalling& signalling) {
    stop_by_ = common::SteadyClock::now() + patience;
    signalling.begin_stop();
  });
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::run(unsigned number, const SharedParts& parts, MediaEvents& sink,
                 std::promise<void> started) {
  std::unique_ptr<EventLoop> event_loop;
  std::unique_ptr<Signalling> signalling;
  try {
    event_loop = std::make_unique<EventLoop>();
    signalling = std::make_unique<Signalling>(number, parts, *event_loop, sink);
  } catch (...) {
    signalling.reset();
    event_loop.reset();
    started.set_exception(std::current_exception());
    return;
  }
  mailbox_.attach([&loop = *event_loop] { loop.wake(); });
  started.set_value();
  loop(*event_loop, *signalling);
  mailbox_.attach({});
}

void Worker::loop(EventLoop& loop, Signalling& signalling) {
  std::optional<common::TimePoint> leave_at;
  loop.run([&]() -> std::optional<common::TimePoint> {
    for (const Mailbox::Task& task : mailbox_.take()) task(signalling);
    const auto due = signalling.turn();
    if (!stop_by_) return due;

    const common::TimePoint now = common::SteadyClock::now();
    if (!leave_at && (signalling.is_idle() || now >= *stop_by_)) {
      signalling.close_connections();
      leave_at = now + farewell;
    }
    if (leave_at && now >= *leave_at) loop.stop();
    return now + stop_check;
  });
}

}  // namespace wic::io
