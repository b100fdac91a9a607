// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "waf/store/records.hpp"

namespace waf::admin {

/// What the API may do to the signing keys; the private ones are the shell's. Each call throws
/// std::runtime_error with what the operator should know.
class KeyAdministration {
 public:
  virtual ~KeyAdministration() = default;

  virtual KeyRecord rotate(common::jose::Algorithm algorithm, SystemTime now) = 0;
  virtual void retire(std::string_view kid, SystemTime now) = 0;
  virtual void drop(std::string_view kid, SystemTime now) = 0;
};

}  // namespace waf::admin
