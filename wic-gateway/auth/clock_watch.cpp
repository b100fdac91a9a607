// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/clock_watch.hpp"

#include <ctime>
#include <string>

namespace wic {

std::optional<common::SystemTime> parse_http_date(std::string_view text) {
  const std::string copy(text);
  std::tm parts{};
  // The C locale is the program's: the names are the ones that HTTP has.
  const char* end = ::strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0' || copy.size() != text.size()) return std::nullopt;
  return common::system_time(::timegm(&parts));
}

ClockWatch::Verdict ClockWatch::note(std::string_view date, common::SystemTime ours) {
  const auto theirs = parse_http_date(date);
  if (!theirs) return Verdict::unchanged;
  difference_ = ours - *theirs;
  const bool apart = std::chrono::abs(difference_) > allowed_;
  if (apart == apart_) return Verdict::unchanged;
  apart_ = apart;
  return apart ? Verdict::apart : Verdict::together;
}

}  // namespace wic
