// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/config.hpp"
#include "wic-gateway/settings.hpp"

namespace wic {

/// The [phones] table: listeners for SIP phones, what each takes as credentials, and limits.
void read_phones(const common::ConfigTable& table, Settings& settings);

/// "plain", "optional", "sdes" or "dtls"; nothing when the key is not there.
[[nodiscard]] std::optional<ims::sdp::PhoneOffer> read_phone_offer(const common::ConfigTable& table,
                                                                   std::string_view key);

}  // namespace wic
