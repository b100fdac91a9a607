// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "common/endpoint.hpp"
#include "common/metrics.hpp"
#include "wic-gateway/admin/report.hpp"
#include "wic-gateway/settings.hpp"

namespace wic::io {

/// The whole program between its configuration and its end: media engine, signalling workers, key
/// fetcher, admin interface. Owns their threads.
class Gateway {
 public:
  /// Returns when everything listens; throws std::runtime_error with one clear line otherwise.
  explicit Gateway(Settings settings);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Reads certificate and key set files again (SIGHUP).
  void reload();
  /// Ends registrations and calls at the core if configured, then all threads.
  void stop();

  [[nodiscard]] common::Metrics& metrics();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wic::io
