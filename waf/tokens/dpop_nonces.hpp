// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/time.hpp"

namespace waf {

/// The nonces that this deployment wants in DPoP proofs (RFC 9449 section 8): each is good for one
/// to two lifetimes. They follow from the deployment's secret and the time, so none is stored and
/// every server of the deployment knows them.
class DpopNonces {
 public:
  DpopNonces(std::string secret, std::chrono::seconds lifetime)
      : secret_(std::move(secret)), lifetime_(lifetime) {}

  [[nodiscard]] std::string current(common::SystemTime now) const;
  [[nodiscard]] bool is_fresh(std::string_view nonce, common::SystemTime now) const;

 private:
  [[nodiscard]] std::string of_period(long long period) const;
  [[nodiscard]] long long period_at(common::SystemTime now) const;

  std::string secret_;
  std::chrono::seconds lifetime_;
};

}  // namespace waf
