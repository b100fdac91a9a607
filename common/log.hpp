// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include <spdlog/spdlog.h>

/// Log lines to standard error. Never log a token, key, password, code or SDES line, and nothing
/// per packet: count instead (common/metrics.hpp).
namespace common::log {

/// `level`: trace, debug, info, warn, error; `format`: text or json (one object a line).
void configure(const std::string& program, const std::string& level, const std::string& format);

template <class... Args>
void debug(spdlog::format_string_t<Args...> format, Args&&... args) {
  spdlog::debug(format, std::forward<Args>(args)...);
}
template <class... Args>
void info(spdlog::format_string_t<Args...> format, Args&&... args) {
  spdlog::info(format, std::forward<Args>(args)...);
}
template <class... Args>
void warn(spdlog::format_string_t<Args...> format, Args&&... args) {
  spdlog::warn(format, std::forward<Args>(args)...);
}
template <class... Args>
void error(spdlog::format_string_t<Args...> format, Args&&... args) {
  spdlog::error(format, std::forward<Args>(args)...);
}

}  // namespace common::log
