// SPDX-License-Identifier: Apache-2.0
#include "media/io/worker_metrics.hpp"

#include <string>

namespace media::io {
namespace {

common::MetricLabels labels(unsigned worker, common::MetricLabels more = {}) {
  more["worker"] = std::to_string(worker);
  return more;
}

common::Counter packets(common::Metrics& metrics, unsigned worker, const char* protocol,
                        const char* toward) {
  return metrics.counter("media_packets_total", "Packets relayed",
                         labels(worker, {{"protocol", protocol}, {"toward", toward}}));
}

common::Counter closed(common::Metrics& metrics, unsigned worker, const char* reason) {
  return metrics.counter("media_ice_tcp_closed_total", "Connections to TCP candidates ended here",
                         labels(worker, {{"reason", reason}}));
}

/// Adds what a plain count has grown by.
void carry(const common::Counter& counter, std::uint64_t current, std::uint64_t before) {
  if (current != before) counter.add(static_cast<double>(current - before));
}

}  // namespace

WorkerMetrics::WorkerMetrics(common::Metrics& metrics, unsigned worker)
    : rtp_to_webrtc_(packets(metrics, worker, "rtp", "webrtc")),
      rtp_to_core_(packets(metrics, worker, "rtp", "core")),
      rtp_to_phone_(packets(metrics, worker, "rtp", "phone")),
      rtcp_to_phone_(packets(metrics, worker, "rtcp", "phone")),
      own_reports_(metrics.counter("media_own_reports_total",
                                   "RTCP reports made here since the far side sent none",
                                   labels(worker))),
      repeated_(metrics.counter("media_packets_repeated_total",
                                "Video packets sent again for a receiver that missed them",
                                labels(worker))),
      one_way_(metrics.counter("media_one_way_total",
                               "Silences of one side while the other was heard", labels(worker))),
      rtcp_to_webrtc_(packets(metrics, worker, "rtcp", "webrtc")),
      rtcp_to_core_(packets(metrics, worker, "rtcp", "core")),
      stun_requests_(metrics.counter("media_stun_requests_total", "Binding requests received",
                                     labels(worker))),
      stun_refused_(metrics.counter("media_stun_refused_total",
                                    "Binding requests answered with an error", labels(worker))),
      failed_sends_(metrics.counter("media_send_failures_total",
                                    "Datagrams the kernel did not take", labels(worker))),
      tcp_connections_(metrics.gauge("media_ice_tcp_connections",
                                     "Open connections of TCP candidates", labels(worker))),
      tcp_accepted_(metrics.counter("media_ice_tcp_accepted_total", "Connections to TCP candidates",
                                    labels(worker))),
      tcp_refused_(closed(metrics, worker, "limit")),
      tcp_strangers_(closed(metrics, worker, "stranger")),
      tcp_broken_(closed(metrics, worker, "framing")),
      legs_(metrics.gauge("media_legs", "Open legs", labels(worker))),
      queue_depth_(metrics.gauge("media_command_queue_depth",
                                 "Commands of signalling waiting for the worker", labels(worker))),
      longest_round_(metrics.gauge("media_loop_lag_seconds",
                                   "Longest round of the worker's loop in the last second",
                                   labels(worker))) {
  for (std::size_t i = 0; i < relay::drop_reasons; ++i) {
    const auto reason = std::string(relay::name_of(static_cast<relay::DropReason>(i)));
    dropped_.push_back(metrics.counter("media_packets_dropped_total", "Packets not relayed",
                                       labels(worker, {{"reason", reason}})));
  }
}

void WorkerMetrics::update(const relay::HubCounters& now, std::size_t legs, std::size_t queue_depth,
                           std::chrono::nanoseconds longest_round) {
  for (std::size_t i = 0; i < relay::drop_reasons; ++i) {
    carry(dropped_[i], now.dropped[i], last_.dropped[i]);
  }
  carry(rtp_to_webrtc_, now.rtp_to_webrtc, last_.rtp_to_webrtc);
  carry(rtp_to_core_, now.rtp_to_core, last_.rtp_to_core);
  carry(rtp_to_phone_, now.rtp_to_phone, last_.rtp_to_phone);
  carry(rtcp_to_phone_, now.rtcp_to_phone, last_.rtcp_to_phone);
  carry(own_reports_, now.own_reports, last_.own_reports);
  carry(repeated_, now.repeated, last_.repeated);
  carry(one_way_, now.one_way, last_.one_way);
  carry(rtcp_to_webrtc_, now.rtcp_to_webrtc, last_.rtcp_to_webrtc);
  carry(rtcp_to_core_, now.rtcp_to_core, last_.rtcp_to_core);
  carry(stun_requests_, now.stun_requests, last_.stun_requests);
  carry(stun_refused_, now.stun_refused, last_.stun_refused);
  carry(failed_sends_, send_failures_, 0);
  send_failures_ = 0;
  last_ = now;
  legs_.set(static_cast<double>(legs));
  queue_depth_.set(static_cast<double>(queue_depth));
  longest_round_.set(std::chrono::duration<double>(longest_round).count());
}

void WorkerMetrics::update(const TcpPathsCounters& now, std::size_t connections) {
  carry(tcp_accepted_, now.accepted, last_tcp_.accepted);
  carry(tcp_refused_, now.refused, last_tcp_.refused);
  carry(tcp_strangers_, now.strangers, last_tcp_.strangers);
  carry(tcp_broken_, now.broken, last_tcp_.broken);
  last_tcp_ = now;
  tcp_connections_.set(static_cast<double>(connections));
}

}  // namespace media::io
