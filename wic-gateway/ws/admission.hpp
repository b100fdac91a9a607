// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>

#include "common/endpoint.hpp"
#include "common/time.hpp"
#include "wic-gateway/ws/rate_limit.hpp"

namespace wic {

struct AdmissionLimits {
  std::size_t connections = 20000;
  std::size_t connections_per_address = 64;
  Rate handshakes{20, 40};             // a client address
  Rate token_failures{20.0 / 60, 20};  // a client address
  std::size_t remembered_addresses = 100000;
};

/// Who may connect (SEC-14): bounds for the worker and for each client address, checked before any
/// TLS work. An IPv6 client is its /64, which one customer has to himself.
class Admission {
 public:
  enum class Verdict { admit, full, too_many_of_address, too_fast, too_many_failures };

  explicit Admission(AdmissionLimits limits) : limits_(limits) {}

  /// `admit` counts the connection until release().
  [[nodiscard]] Verdict admit(const common::IpAddress& client, common::TimePoint now);
  void release(const common::IpAddress& client, common::TimePoint now);

  /// Counts a refused token; an address that sends too many of them is not admitted for a while.
  void count_token_failure(const common::IpAddress& client, common::TimePoint now);

  [[nodiscard]] std::size_t connections() const { return connections_; }

 private:
  struct Client {
    std::size_t connections = 0;
    RateLimit handshakes;
    RateLimit failures;
  };

  Client* find_or_make(const common::IpAddress& client, common::TimePoint now);
  [[nodiscard]] bool is_forgettable(const Client& client, common::TimePoint now) const;
  void forget_idle(common::TimePoint now);

  AdmissionLimits limits_;
  std::size_t connections_ = 0;
  std::map<common::IpAddress, Client> clients_;
  common::TimePoint next_sweep_{};
};

}  // namespace wic
