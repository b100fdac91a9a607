// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "ims-interface/edge_proxy.hpp"
#include "wic-gateway/call/media_controller.hpp"

namespace wic {

/// How important a line is to an operator.
enum class Importance { detail, normal, alarm };

/// One line for the log that says who, what and why in words.
[[nodiscard]] std::string describe(const ims::Event& event, const std::optional<CallMedia>& media);
[[nodiscard]] Importance importance_of(const ims::Event& event);

/// Short name for metrics labels: "registered", "call_ended", …
[[nodiscard]] const char* name_of(ims::Event::Kind kind);

}  // namespace wic
