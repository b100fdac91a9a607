// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "waf/devices/device_context.hpp"
#include "waf/devices/presented_code.hpp"
#include "waf/store/store.hpp"

namespace waf {

/// What a presented code may mean: the credential whose code it proves, and all others of the name.
struct CodeMatch {
  std::optional<DeviceCredential> proven;
  std::vector<DeviceCredential> others;
};

/// Compares with every code that the name may mean. Always the same number of decryptions, hashes
/// and look-ups, so that the time tells neither whether there is such a user nor whether a code of
/// his is live.
[[nodiscard]] CodeMatch match_code(Store& store, const DeviceContext& devices,
                                   const AccessCodeSettings& settings,
                                   const PresentedCode& presented);

}  // namespace waf
