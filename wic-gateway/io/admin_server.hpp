// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "common/endpoint.hpp"
#include "common/metrics.hpp"
#include "wic-gateway/admin/report.hpp"

namespace wic::io {

/// Metrics, health, registrations and calls over HTTP, on a loopback address only: it asks for no
/// password. Requests whose Host is not a loopback name are refused, so that no web page of the
/// operator's browser can read it by DNS rebinding.
class AdminServer {
 public:
  using OnReports = std::function<void(std::vector<WorkerReport>)>;
  /// Collects a report of every worker that answers; may call back on any thread, at once or later.
  using Collect = std::function<void(bool details, OnReports)>;

  AdminServer(const common::Endpoint& listen, Collect collect, common::Metrics& metrics);
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wic::io
