// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/dialog/session_timer.hpp"

#include <algorithm>

#include "ims-interface/sip/text.hpp"

namespace ims {
namespace {

constexpr std::uint32_t least_interval = 90;  // RFC 4028 section 5

}  // namespace

void SessionTimer::note(common::TimePoint now, Side requester, const sip::Message& response) {
  const std::string method = response.cseq().method;
  if (response.status() < 200 || response.status() > 299) return;
  if (method != "INVITE" && method != "UPDATE") return;
  const std::string value = sip::to_lower(response.value("Session-Expires"));
  const auto interval = sip::parse_number(value.substr(0, value.find_first_of("; \t")));
  interval_ = std::chrono::seconds(interval.value_or(0));
  // Without the parameter, which a 2xx must have, the requester does it.
  const bool requester_refreshes = value.find("refresher=uas") == std::string::npos;
  wic_refreshes_ = requester_refreshes == (requester == Side::wic);
  refreshed_ = now;
}

bool SessionTimer::answer(common::TimePoint now, const sip::Message& request,
                          sip::Message& response) const {
  if (interval_.count() == 0) return true;
  if (!wic_refreshes_) {
    response.set("Session-Expires", std::to_string(interval_.count()) + ";refresher=uas");
    return true;
  }
  // The WIC starts anew with our answer and refreshes after half the interval that it is told.
  const auto due = refreshed_ + interval_ / 2;
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(due - now).count();
  const auto least = std::max(least_interval, request.number("Min-SE").value_or(0));
  if (left * 2 < static_cast<std::int64_t>(least)) return false;
  response.set("Session-Expires", std::to_string(left * 2) + ";refresher=uac");
  response.set("Require", "timer");
  return true;
}

}  // namespace ims
