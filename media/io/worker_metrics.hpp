// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

#include "common/metrics.hpp"
#include "media/io/tcp_paths.hpp"
#include "media/relay/datagram.hpp"

namespace media::io {

/// One worker's metrics: the core's plain counts are carried over once in a while, so that no
/// packet touches a shared value.
class WorkerMetrics {
 public:
  WorkerMetrics(common::Metrics& metrics, unsigned worker);

  void update(const relay::HubCounters& now, std::size_t legs, std::size_t queue_depth,
              std::chrono::nanoseconds longest_round);
  void update(const TcpPathsCounters& now, std::size_t connections);
  void sends_failed(std::size_t count) { send_failures_ += count; }

 private:
  relay::HubCounters last_;
  std::vector<common::Counter> dropped_;
  common::Counter rtp_to_webrtc_;
  common::Counter rtp_to_core_;
  common::Counter rtp_to_phone_;
  common::Counter rtcp_to_phone_;
  common::Counter own_reports_;
  common::Counter repeated_;
  common::Counter one_way_;
  common::Counter rtcp_to_webrtc_;
  common::Counter rtcp_to_core_;
  common::Counter stun_requests_;
  common::Counter stun_refused_;
  common::Counter failed_sends_;
  TcpPathsCounters last_tcp_;
  common::Gauge tcp_connections_;
  common::Counter tcp_accepted_;
  common::Counter tcp_refused_;
  common::Counter tcp_strangers_;
  common::Counter tcp_broken_;
  common::Gauge legs_;
  common::Gauge queue_depth_;
  common::Gauge longest_round_;
  std::uint64_t send_failures_ = 0;
};

}  // namespace media::io
