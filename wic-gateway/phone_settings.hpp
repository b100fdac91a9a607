// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/config.hpp"
#include "wic-gateway/settings.hpp"

namespace wic {

/// The [phones] table: listeners for SIP phones, what each takes as credentials, and limits.
void read_phones(const common::ConfigTable& table, Settings& settings);

}  // namespace wic
