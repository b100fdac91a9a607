// SPDX-License-Identifier: Apache-2.0
#include "common/log.hpp"

#include <array>
#include <memory>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace common::log {
namespace {

// Messages hold what peers sent, which must not forge a line or steer a terminal.

/// %* : the message as the inside of a JSON string.
class JsonText final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& /*time*/,
              spdlog::memory_buf_t& out) override {
    constexpr std::string_view digits = "0123456789abcdef";
    for (const char c : message.payload) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out.push_back('\\');
        out.push_back(c);
      } else if (byte < 0x20 || byte >= 0x7f) {
        for (const char escape : {'\\', 'u', '0', '0'}) out.push_back(escape);
        out.push_back(digits[byte >> 4]);
        out.push_back(digits[byte & 15U]);
      } else {
        out.push_back(c);
      }
    }
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<JsonText>();
  }
};

/// %* : the message with its control characters visible.
class PlainText final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& /*time*/,
              spdlog::memory_buf_t& out) override {
    for (const char c : message.payload) {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back(byte < 0x20 || byte == 0x7f ? '?' : c);
    }
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<PlainText>();
  }
};

}  // namespace

void configure(const std::string& program, const std::string& level, const std::string& format) {
  auto logger =
      std::make_shared<spdlog::logger>(program, std::make_shared<spdlog::sinks::stderr_sink_mt>());
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  const bool json = format == "json";
  if (json) {
    formatter->add_flag<JsonText>('*');
  } else {
    formatter->add_flag<PlainText>('*');
  }
  formatter->set_pattern(json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",)"
                                R"("program":"%n","message":"%*"})"
                              : "%Y-%m-%d %H:%M:%S.%e %n %l: %*");
  logger->set_formatter(std::move(formatter));
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace common::log
