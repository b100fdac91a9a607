// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/config.hpp"
#include "waf/clients/client.hpp"
#include "waf/pool_settings.hpp"

namespace waf::io {

/// One [[clients]] table. A secret of the file is kept as its digest only.
[[nodiscard]] Client read_client(const common::ConfigTable& table);

/// One [[pools]] table.
[[nodiscard]] PoolSettings read_pool(const common::ConfigTable& table);

}  // namespace waf::io
