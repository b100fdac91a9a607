// SPDX-License-Identifier: Apache-2.0
#include "media/io/transcoding_pool.hpp"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

#include <time.h>

#include "common/log.hpp"
#include "media/codec/transcoder.hpp"

namespace media::io {
namespace {

double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

bool may_be_lost(const relay::TranscodingWork& work) {
  return std::holds_alternative<relay::SoundPacket>(work.what) ||
         std::holds_alternative<relay::ReceiverLoss>(work.what);
}

}  // namespace

class TranscodingPool::Thread {
 public:
  Thread(std::size_t limit, common::Metrics& metrics)
      : limit_(limit),
        running_(metrics.gauge("media_transcoders", "Directions of calls that are transcoded")),
        packets_(metrics.counter("media_transcoded_packets_total", "Packets that were made")),
        malformed_(metrics.counter("media_transcode_malformed_total",
                                   "Packets that could not be decoded")),
        concealed_(metrics.counter("media_transcode_concealed_seconds_total",
                                   "Sound made up in place of lost packets")),
        overflow_(metrics.counter("media_transcode_queue_overflow_total",
                                  "Packets lost before a busy transcoding thread")),
        seconds_(
            metrics.counter("media_transcode_cpu_seconds_total", "CPU that transcoding has taken")),
        thread_([this] { loop(); }) {
    ::pthread_setname_np(thread_.native_handle(), "transcoding");
  }

  ~Thread() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  void add(TranscodingOwner& owner, relay::TranscodingWork work) {
    {
      const std::lock_guard lock(mutex_);
      if (tasks_.size() >= limit_ && may_be_lost(work)) {
        overflow_.add();
        return;
      }
      tasks_.emplace_back(&owner, std::move(work));
    }
    wake_.notify_one();
  }

 private:
  using Task = std::pair<TranscodingOwner*, relay::TranscodingWork>;
  using Results = std::vector<TranscodingOwner::Result>;

  struct Entry {
    std::unique_ptr<codec::Transcoder> transcoder;
    LegId peer;
    std::uint32_t number = 0;
    codec::TranscoderCounters counted;
  };

  void loop() {
    std::vector<Task> batch;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
        if (stopping_) return;
        batch.swap(tasks_);
      }
      for (Task& task : batch) {
        Results results;
        handle(task.second, results);
        // Each by itself: what is ready does not wait for other calls.
        if (!results.empty()) task.first->transcoded(std::move(results));
      }
      batch.clear();
      update_metrics();
    }
  }

  void handle(relay::TranscodingWork& work, Results& results) {
    if (const auto* start = std::get_if<relay::TranscodingStart>(&work.what)) {
      return begin(work.leg, *start);
    }
    const auto found = entries_.find(work.leg.value);
    if (found == entries_.end()) return;
    if (std::holds_alternative<relay::TranscodingEnd>(work.what)) {
      entries_.erase(found);
      running_.add(-1);
    } else if (const auto* packet = std::get_if<relay::SoundPacket>(&work.what)) {
      transcode(work, found->second, *packet, results);
    } else if (const auto* loss = std::get_if<relay::ReceiverLoss>(&work.what)) {
      found->second.transcoder->report_loss(loss->percent);
    }
  }

  void begin(LegId leg, const relay::TranscodingStart& start) {
    Entry entry;
    entry.peer = start.peer;
    entry.number = start.number;
    try {
      entry.transcoder =
          std::make_unique<codec::Transcoder>(start.from, start.to, codec::Transcoder::Start{});
    } catch (const std::exception& error) {
      common::log::warn("transcoder: {}", error.what());
      if (entries_.erase(leg.value) != 0) running_.add(-1);
      return;
    }
    const bool added = entries_.insert_or_assign(leg.value, std::move(entry)).second;
    if (added) running_.add(1);
  }

  void transcode(const relay::TranscodingWork& work, Entry& entry, const relay::SoundPacket& packet,
                 Results& results) {
    codec::Transcoder& transcoder = *entry.transcoder;
    if (packet.inaudible) {
      transcoder.skip(packet.sequence);
    } else {
      transcoder.handle_packet({packet.sequence, packet.timestamp, false, packet.payload},
                               packet.fresh);
    }
    while (const auto made = transcoder.poll_packet()) {
      results.push_back(
          {work.slot,
           work.leg,
           entry.number,
           {made->timestamp, made->marker, {made->payload.begin(), made->payload.end()}}});
    }
    if (const auto mode = transcoder.take_mode_request()) {
      const auto back = entries_.find(entry.peer.value);
      if (back != entries_.end()) back->second.transcoder->request_mode(*mode);
    }
    count(entry);
  }

  void count(Entry& entry) {
    const codec::TranscoderCounters& now = entry.transcoder->counters();
    codec::TranscoderCounters& before = entry.counted;
    packets_.add(static_cast<double>(now.encoded - before.encoded));
    if (now.malformed != before.malformed) {
      malformed_.add(static_cast<double>(now.malformed - before.malformed));
    }
    if (now.concealed != before.concealed) {
      concealed_.add(static_cast<double>(now.concealed - before.concealed) / 1000);
    }
    before = now;
  }

  void update_metrics() {
    const double now = cpu_seconds();
    seconds_.add(now - std::exchange(counted_seconds_, now));
  }

  std::size_t limit_;
  common::Gauge running_;
  common::Counter packets_;
  common::Counter malformed_;
  common::Counter concealed_;
  common::Counter overflow_;
  common::Counter seconds_;
  double counted_seconds_ = 0;
  std::unordered_map<std::uint64_t, Entry> entries_;  // by leg
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Task> tasks_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all the others
};

TranscodingPool::TranscodingPool(unsigned threads, std::size_t queue_limit,
                                 common::Metrics& metrics) {
  for (unsigned i = 0; i < std::max(1U, threads); ++i) {
    threads_.push_back(std::make_unique<Thread>(queue_limit, metrics));
  }
}

TranscodingPool::~TranscodingPool() = default;

void TranscodingPool::handle(TranscodingOwner& owner, relay::TranscodingWork work) {
  threads_[work.call.value % threads_.size()]->add(owner, std::move(work));
}

}  // namespace media::io
