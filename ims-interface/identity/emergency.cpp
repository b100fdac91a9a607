// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/identity/emergency.hpp"

#include <algorithm>

#include "ims-interface/sip/text.hpp"
#include "ims-interface/sip/uri.hpp"

namespace ims {
namespace {

std::string escape_xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

bool is_emergency(const sip::Message& request, const Policy& policy) {
  const auto uri = sip::Uri::parse(request.request_uri());
  if (!uri) return false;
  if (uri->scheme == "urn") {
    const std::string name = sip::to_lower(uri->user);
    return name == "service:sos" || name.starts_with("service:sos.");
  }
  std::string number;
  for (const char c : uri->user.substr(0, uri->user.find(';'))) {
    if (std::string_view("-.() ").find(c) == std::string_view::npos) number += c;
  }
  return std::find(policy.emergency_numbers.begin(), policy.emergency_numbers.end(), number) !=
         policy.emergency_numbers.end();
}

sip::Message emergency_answer(const sip::Message& request, const Policy& policy,
                              std::string_view to_tag) {
  sip::Message answer = request.reply(380, "Alternative Service", to_tag);
  answer.set_body(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
      "<ims-3gpp version=\"1\"><alternative-service><type>emergency</type><reason>" +
          escape_xml(policy.emergency_reason) + "</reason></alternative-service></ims-3gpp>\r\n",
      "application/3gpp-ims+xml");
  return answer;
}

}  // namespace ims
