// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace waf::io {

/// Lists stand in columns as JSON arrays.
[[nodiscard]] std::string to_column(const std::vector<std::string>& list);
/// Throws StoreError for a column that is no list of texts.
[[nodiscard]] std::vector<std::string> to_list(const std::string& column);

}  // namespace waf::io
