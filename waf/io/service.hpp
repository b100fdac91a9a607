// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "common/endpoint.hpp"
#include "common/metrics.hpp"
#include "waf/io/program_config.hpp"

namespace waf::io {

/// The running server: HTTPS in front, one thread that owns store and application, a pool for
/// password hashes, and the admin listener.
class Service {
 public:
  /// Opens store, keys, page and sockets. Throws std::runtime_error with the reason.
  explicit Service(const ProgramConfig& config);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  void start();
  void stop();
  /// Takes over changed signing keys and the TLS certificate at once. Throws std::runtime_error
  /// when the certificate cannot be used; the former one stays then.
  void reload();
  [[nodiscard]] std::vector<common::Endpoint> endpoints() const;
  [[nodiscard]] std::vector<common::Endpoint> admin_endpoints() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace waf::io
