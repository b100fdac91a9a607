// SPDX-License-Identifier: Apache-2.0
#include "media/io/handshake_pool.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

namespace media::io {
namespace {

using namespace std::chrono_literals;

/// How long a finished association stays to repeat its last flight. SRTP needs it no more, and
/// OpenSSL keeps tens of kilobytes for it.
constexpr auto afterlife = 30s;

}  // namespace

class HandshakePool::Thread {
 public:
  Thread(const dtls::Context& context, std::size_t limit, common::Metrics& metrics)
      : context_(context),
        limit_(limit),
        done_(metrics.counter("media_handshakes_total", "DTLS handshakes", {{"result", "done"}})),
        failed_(
            metrics.counter("media_handshakes_total", "DTLS handshakes", {{"result", "failed"}})),
        overflow_(metrics.counter("media_handshake_queue_overflow_total",
                                  "Datagrams lost before a busy handshake thread")),
        thread_([this] { loop(); }) {}

  ~Thread() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  void add(std::function<void()> task, bool may_be_lost) {
    {
      const std::lock_guard lock(mutex_);
      if (may_be_lost && tasks_.size() >= limit_) {
        overflow_.add();
        return;
      }
      tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
  }

  void start(HandshakeOwner& owner, std::uint32_t slot, const relay::HandshakeStart& start) {
    const auto now = common::SteadyClock::now();
    Entry entry;
    entry.owner = &owner;
    entry.slot = slot;
    entry.number = start.association;
    entry.association = std::make_unique<dtls::Association>(context_, start.role, start.expected);
    entry.association->start(now);
    if (!start.first_datagram.empty()) {
      entry.association->handle_packet(now, start.first_datagram);
    }
    const Key key{start.leg, start.component};
    Entry& kept = entries_[key] = std::move(entry);
    drain(key, kept, now);
  }

  void handle_packet(LegId leg, std::uint32_t association, relay::Component component,
                     const std::vector<std::byte>& datagram) {
    const Key key{leg, component};
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.number != association) return;
    const auto now = common::SteadyClock::now();
    found->second.association->handle_packet(now, datagram);
    drain(key, found->second, now);
  }

  void close(LegId leg) {
    entries_.erase({leg, relay::Component::rtp});
    entries_.erase({leg, relay::Component::rtcp});
  }

 private:
  struct Key {
    LegId leg;
    relay::Component component = relay::Component::rtp;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept {
      return std::hash<std::uint64_t>{}(key.leg.value) ^ static_cast<std::size_t>(key.component);
    }
  };
  struct Entry {
    HandshakeOwner* owner = nullptr;
    std::uint32_t slot = 0;
    std::uint32_t number = 0;
    std::unique_ptr<dtls::Association> association;
    bool reported = false;
    common::TimePoint due{};  // next retransmission, or the end of the afterlife
  };

  void drain(Key key, Entry& entry, common::TimePoint now) {
    while (auto datagram = entry.association->poll_transmit()) {
      entry.owner->handshake_output(entry.slot, key.leg, entry.number, key.component,
                                    std::move(*datagram));
    }
    if (!entry.reported) {
      if (const dtls::SrtpKeys* keys = entry.association->keys()) {
        entry.reported = true;
        done_.add();
        entry.owner->handshake_done(entry.slot, key.leg, entry.number, key.component, *keys);
      } else if (const common::Error* error = entry.association->error()) {
        entry.reported = true;
        failed_.add();
        entry.owner->handshake_failed(entry.slot, key.leg, entry.number, error->message());
      }
    }
    entry.due = entry.association->poll_timeout(now).value_or(now + afterlife);
    next_due_ = std::min(next_due_, entry.due);
  }

  void handle_timeouts(common::TimePoint now) {
    if (now < next_due_) return;
    next_due_ = common::TimePoint::max();
    for (auto at = entries_.begin(); at != entries_.end();) {
      Entry& entry = at->second;
      if (entry.due <= now) {
        if (entry.association->state() != dtls::Association::State::handshaking) {
          at = entries_.erase(at);
          continue;
        }
        entry.association->handle_timeout(now);
        drain(at->first, entry, now);
      }
      next_due_ = std::min(next_due_, entry.due);
      ++at;
    }
  }

  void loop() {
    std::deque<std::function<void()>> batch;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        const auto ready = [this] { return stopping_ || !tasks_.empty(); };
        if (next_due_ == common::TimePoint::max()) {
          wake_.wait(lock, ready);
        } else {
          wake_.wait_until(lock, next_due_, ready);
        }
        if (stopping_) return;
        batch.swap(tasks_);
      }
      for (const auto& task : batch) task();
      batch.clear();
      handle_timeouts(common::SteadyClock::now());
    }
  }

  const dtls::Context& context_;
  std::size_t limit_;
  common::Counter done_;
  common::Counter failed_;
  common::Counter overflow_;
  std::unordered_map<Key, Entry, KeyHash> entries_;
  common::TimePoint next_due_ = common::TimePoint::max();
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all the others
};

HandshakePool::HandshakePool(const dtls::Context& context, unsigned threads,
                             std::size_t queue_limit, common::Metrics& metrics) {
  for (unsigned i = 0; i < std::max(1U, threads); ++i) {
    threads_.push_back(std::make_unique<Thread>(context, queue_limit, metrics));
  }
}

HandshakePool::~HandshakePool() = default;

HandshakePool::Thread& HandshakePool::thread_of(LegId leg) {
  return *threads_[leg.value % threads_.size()];
}

void HandshakePool::start(HandshakeOwner& owner, std::uint32_t slot, relay::HandshakeStart start) {
  Thread& thread = thread_of(start.leg);
  thread.add(
      [&thread, &owner, slot, begin = std::move(start)] { thread.start(owner, slot, begin); },
      false);
}

void HandshakePool::handle_packet(LegId leg, std::uint32_t association, relay::Component component,
                                  std::vector<std::byte> datagram) {
  Thread& thread = thread_of(leg);
  thread.add(
      [&thread, leg, association, component, bytes = std::move(datagram)] {
        thread.handle_packet(leg, association, component, bytes);
      },
      true);
}

void HandshakePool::close(LegId leg) {
  Thread& thread = thread_of(leg);
  thread.add([&thread, leg] { thread.close(leg); }, false);
}

void HandshakePool::run(std::function<void()> task) {
  threads_.front()->add(std::move(task), false);
}

}  // namespace media::io
