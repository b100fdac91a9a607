// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "common/ip_prefix.hpp"
#include "common/metrics.hpp"
#include "waf/endpoints/answer.hpp"

namespace waf::io {

/// [outbound] of the configuration.
struct FetcherOptions {
  std::optional<std::filesystem::path> ca_file;
  std::chrono::milliseconds timeout{5000};
  std::size_t max_body_bytes = 256 * 1024;
  std::size_t max_in_flight = 64;
  std::vector<common::IpPrefix> client_networks;  // private ones that clients' URLs may lead to
};

/// Does the Fetch kind of work: HTTPS requests to other servers. Its threads call back.
class Fetcher {
 public:
  /// Throws std::runtime_error when the CA file cannot be read.
  Fetcher(const FetcherOptions& options, common::Metrics& metrics);
  ~Fetcher();  // what is under way ends with an error
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  /// `done` is called exactly once, on a thread of the fetcher.
  void start(const Fetch& fetch, std::function<void(FetchResult)> done);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace waf::io
