// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "common/metrics.hpp"
#include "media/relay/transcoding.hpp"

namespace media::io {

/// Where transcoded packets go: calls come on a transcoding thread.
class TranscodingOwner {
 public:
  struct Result {
    std::uint32_t slot = 0;
    LegId leg;
    std::uint32_t number = 0;
    relay::TranscodedPacket packet;
  };

  virtual ~TranscodingOwner() = default;
  virtual void transcoded(std::vector<Result> results) = 0;
};

/// Threads that do nothing but decode and encode, so that a frame of sound never delays a relayed
/// packet. All legs of a call stay on one thread. Queues are bounded: packets that do not fit are
/// lost like on the network and counted.
class TranscodingPool {
 public:
  TranscodingPool(unsigned threads, std::size_t queue_limit, common::Metrics& metrics);
  ~TranscodingPool();  // joins

  /// `owner` must outlive the pool's last result for it: stop it after the pool.
  void handle(TranscodingOwner& owner, relay::TranscodingWork work);

 private:
  class Thread;
  std::vector<std::unique_ptr<Thread>> threads_;
};

}  // namespace media::io
