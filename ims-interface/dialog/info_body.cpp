// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/dialog/info_body.hpp"

#include <charconv>
#include <string_view>

#include "ims-interface/sip/text.hpp"

namespace ims {
namespace {

constexpr std::string_view keys = "0123456789*#ABCD";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// The value of a line "name=value" or "name: value"; empty when there is none.
std::string_view line(std::string_view body, std::string_view name) {
  while (!body.empty()) {
    const std::size_t end = body.find('\n');
    const std::string_view one = body.substr(0, end);
    body = end == std::string_view::npos ? std::string_view{} : body.substr(end + 1);
    const std::size_t sign = one.find_first_of("=:");
    if (sign != std::string_view::npos &&
        sip::equal_ignoring_case(trimmed(one.substr(0, sign)), name)) {
      return trimmed(one.substr(sign + 1));
    }
  }
  return {};
}

/// A key, or the number of its event as some phones write it ("10" for the star).
std::optional<std::uint8_t> event_of(std::string_view text) {
  if (text.size() == 1) {
    const char key =
        text[0] >= 'a' && text[0] <= 'd' ? static_cast<char>(text[0] - 'a' + 'A') : text[0];
    const std::size_t at = keys.find(key);
    if (at != std::string_view::npos) return static_cast<std::uint8_t>(at);
  }
  std::uint8_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool good = error == std::errc{} && end == text.data() + text.size();
  return good && number >= 10 && number < keys.size() ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string keyframe_wish() {
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
         "<media_control><vc_primitive><to_encoder><picture_fast_update/></to_encoder>"
         "</vc_primitive></media_control>\r\n";
}

bool asks_keyframe(const sip::Message& request) {
  return request.is("INFO") &&
         sip::to_lower(request.value("Content-Type"))
             .starts_with("application/media_control+xml") &&
         request.body().find("picture_fast_update") != std::string::npos;
}

std::optional<InfoDigit> digit_in(const sip::Message& request) {
  if (!request.is("INFO")) return std::nullopt;
  const std::string type = sip::to_lower(request.value("Content-Type"));
  const bool relay = type.starts_with("application/dtmf-relay");
  if (!relay && !type.starts_with("application/dtmf")) return std::nullopt;
  const auto event = event_of(relay ? line(request.body(), "Signal") : trimmed(request.body()));
  if (!event) return std::nullopt;
  InfoDigit digit;
  digit.event = *event;
  const std::string_view duration = relay ? line(request.body(), "Duration") : std::string_view{};
  unsigned milliseconds = 0;
  const auto read =
      std::from_chars(duration.data(), duration.data() + duration.size(), milliseconds);
  if (!duration.empty() && read.ec == std::errc{} && milliseconds > 0 && milliseconds <= 5000) {
    digit.duration = std::chrono::milliseconds(milliseconds);
  }
  return digit;
}

}  // namespace ims
