// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "common/result.hpp"
#include "waf/clients/client.hpp"

namespace waf {

/// Everything of a client that has no column of its own in the store, as a JSON object.
[[nodiscard]] std::string profile_to_json(const Client& client);
/// Fills in what the object holds; what it lacks keeps its default, so that an older row can be
/// read. Errc::invalid_request for anything that profile_to_json() does not write.
[[nodiscard]] common::Result<void> read_profile(std::string_view json, Client& client);

}  // namespace waf
