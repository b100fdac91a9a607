// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/metrics.hpp"

namespace common::io {

/// What an HTTP server counts, under the prefix of its listener.
struct ServerMetrics {
  ServerMetrics(Metrics& metrics, const std::string& prefix)
      : connections(metrics.gauge(prefix + "_connections", "Open HTTP connections")),
        over_limit(metrics.counter(prefix + "_connections_refused_total",
                                   "Connections closed because of the limits")),
        bad_requests(metrics.counter(prefix + "_bad_requests_total",
                                     "Requests refused before a handler saw them")),
        timeouts(metrics.counter(prefix + "_timeouts_total",
                                 "Connections closed at a read, write or handler deadline")),
        seconds(metrics.histogram(prefix + "_request_seconds", "Time from request to response",
                                  {0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0})) {
    for (unsigned hundreds = 1; hundreds <= 5; ++hundreds) {
      responses.push_back(metrics.counter(prefix + "_responses_total", "Responses by class",
                                          {{"class", std::to_string(hundreds) + "xx"}}));
    }
  }
  Gauge connections;
  Counter over_limit;
  Counter bad_requests;
  Counter timeouts;
  Histogram seconds;
  std::vector<Counter> responses;
};

}  // namespace common::io
