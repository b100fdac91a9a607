// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace waf::io {

/// Copies a store while a server works on it: the copy is of one moment. Throws StoreError, also
/// when `to` exists. The copy has mode 0600.
void backup_store(const std::filesystem::path& from, const std::filesystem::path& to);

/// What is wrong with a store, in words; empty when nothing is. Beside SQLite's own check of its
/// pages: what our records must never say. Throws StoreError when it cannot be read at all.
[[nodiscard]] std::vector<std::string> check_store(const std::filesystem::path& file);

}  // namespace waf::io
