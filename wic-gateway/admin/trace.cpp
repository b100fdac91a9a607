// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/admin/trace.hpp"

#include "ims-interface/printable.hpp"

namespace wic {
namespace {

constexpr std::size_t longest = 160;

}  // namespace

std::string first_line(std::string_view message) {
  const std::string_view whole = message.substr(0, longest);
  const std::string_view line = whole.substr(0, whole.find_first_of("\r\n?"));
  return ims::without_code(line) +
         (line.size() == longest || whole.substr(line.size(), 1) == "?" ? "…" : "");
}

std::string first_line(const ims::sip::Message& message) {
  return message.is_request()
             ? first_line(message.method() + " " + message.request_uri())
             : first_line(std::to_string(message.status()) + " " + message.reason());
}

}  // namespace wic
