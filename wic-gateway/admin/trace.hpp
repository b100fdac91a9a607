// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "ims-interface/edge_proxy.hpp"

namespace wic {

/// What the debug log shows of a message: method and Request-URI, or the status. Never a header
/// (SEC-15): not even when line ends are missing or the URI carries headers of its own.
[[nodiscard]] std::string first_line(std::string_view message);
[[nodiscard]] std::string first_line(const ims::sip::Message& message);

}  // namespace wic
