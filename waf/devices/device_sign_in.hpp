// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "waf/devices/presented_code.hpp"
#include "waf/store/store.hpp"

namespace waf {

/// A grant that was neither revoked nor has ended.
[[nodiscard]] bool is_live(const std::optional<Grant>& grant, SystemTime now);

/// True when the session or user behind a code was logged out or disabled after it was made.
[[nodiscard]] bool login_was_ended(Store& store, const DeviceCredential& credential);

/// The device must sign in anew. Its record stays for a while, so that what it goes on sending is
/// not taken for guessing.
void end_device(Store& store, DeviceCredential credential);

/// One durable write for each exchange that failed, whatever the reason.
void count_failed_exchange(Store& store, SystemTime now);

/// A Digest error of a signed-in device: an exponential delay, and a suspension when there are too
/// many (token-auth 3.4). True when it was suspended now.
bool note_device_failure(Store& store, const AccessCodeSettings& settings,
                         DeviceCredential& credential, SystemTime now);

/// A wrong attempt while a code waits. True when the code is dead now.
bool note_wrong_code(Store& store, const AccessCodeSettings& settings, DeviceCredential& credential,
                     const PresentedCode& presented, SystemTime now);

}  // namespace waf
