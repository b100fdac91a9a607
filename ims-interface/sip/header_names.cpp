// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sip/header_names.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "ims-interface/sip/text.hpp"

namespace ims::sip {
namespace {

struct Compact {
  char letter;
  std::string_view name;
};

constexpr std::array compact_names = {
    Compact{'a', "Accept-Contact"},
    Compact{'b', "Referred-By"},
    Compact{'c', "Content-Type"},
    Compact{'d', "Request-Disposition"},
    Compact{'e', "Content-Encoding"},
    Compact{'f', "From"},
    Compact{'i', "Call-ID"},
    Compact{'j', "Reject-Contact"},
    Compact{'k', "Supported"},
    Compact{'l', "Content-Length"},
    Compact{'m', "Contact"},
    Compact{'o', "Event"},
    Compact{'r', "Refer-To"},
    Compact{'s', "Subject"},
    Compact{'t', "To"},
    Compact{'u', "Allow-Events"},
    Compact{'v', "Via"},
    Compact{'x', "Session-Expires"},
};

constexpr std::array<std::string_view, 84> usual_names = {"Via",
                                                          "From",
                                                          "To",
                                                          "Call-ID",
                                                          "CSeq",
                                                          "Max-Forwards",
                                                          "Contact",
                                                          "Route",
                                                          "Record-Route",
                                                          "Path",
                                                          "Service-Route",
                                                          "Content-Type",
                                                          "Content-Length",
                                                          "Content-Encoding",
                                                          "Content-Disposition",
                                                          "Content-Language",
                                                          "Accept",
                                                          "Accept-Contact",
                                                          "Accept-Encoding",
                                                          "Accept-Language",
                                                          "Alert-Info",
                                                          "Allow",
                                                          "Allow-Events",
                                                          "Authorization",
                                                          "Authentication-Info",
                                                          "Call-Info",
                                                          "Date",
                                                          "Error-Info",
                                                          "Event",
                                                          "Expires",
                                                          "Feature-Caps",
                                                          "Flow-Timer",
                                                          "Geolocation",
                                                          "Geolocation-Routing",
                                                          "History-Info",
                                                          "In-Reply-To",
                                                          "Info-Package",
                                                          "Join",
                                                          "MIME-Version",
                                                          "Min-Expires",
                                                          "Min-SE",
                                                          "Organization",
                                                          "P-Access-Network-Info",
                                                          "P-Asserted-Identity",
                                                          "P-Asserted-Service",
                                                          "P-Associated-URI",
                                                          "P-Called-Party-ID",
                                                          "P-Charging-Function-Addresses",
                                                          "P-Charging-Vector",
                                                          "P-Early-Media",
                                                          "P-Preferred-Identity",
                                                          "P-Preferred-Service",
                                                          "P-Served-User",
                                                          "P-Visited-Network-ID",
                                                          "Priority",
                                                          "Privacy",
                                                          "Proxy-Authenticate",
                                                          "Proxy-Authorization",
                                                          "Proxy-Require",
                                                          "RAck",
                                                          "Reason",
                                                          "Recv-Info",
                                                          "Refer-Sub",
                                                          "Refer-To",
                                                          "Referred-By",
                                                          "Reject-Contact",
                                                          "Replaces",
                                                          "Reply-To",
                                                          "Request-Disposition",
                                                          "Require",
                                                          "Resource-Priority",
                                                          "Retry-After",
                                                          "RSeq",
                                                          "Server",
                                                          "Session-Expires",
                                                          "SIP-ETag",
                                                          "SIP-If-Match",
                                                          "Subject",
                                                          "Subscription-State",
                                                          "Supported",
                                                          "Unsupported",
                                                          "User-Agent",
                                                          "Warning",
                                                          "WWW-Authenticate"};

constexpr std::array<std::string_view, 24> single_names = {"From",           "To",
                                                           "Call-ID",        "CSeq",
                                                           "Max-Forwards",   "Content-Type",
                                                           "Content-Length", "Content-Disposition",
                                                           "Date",           "Event",
                                                           "Expires",        "Flow-Timer",
                                                           "MIME-Version",   "Min-Expires",
                                                           "Min-SE",         "P-Called-Party-ID",
                                                           "RAck",           "Refer-To",
                                                           "Referred-By",    "Replaces",
                                                           "RSeq",           "Session-Expires",
                                                           "SIP-ETag",       "Subscription-State"};

}  // namespace

std::string canonical_name(std::string_view name) {
  if (name.size() == 1) {
    const char letter = to_lower(name).front();
    const auto* found = std::find_if(compact_names.begin(), compact_names.end(),
                                     [&](const Compact& c) { return c.letter == letter; });
    return found == compact_names.end() ? std::string(name) : std::string(found->name);
  }
  static const std::unordered_map<std::string, std::string_view> spelled = [] {
    std::unordered_map<std::string, std::string_view> map;
    for (const std::string_view usual : usual_names) map.emplace(to_lower(usual), usual);
    return map;
  }();
  const auto found = spelled.find(to_lower(name));
  return std::string(found == spelled.end() ? name : found->second);
}

std::string_view compact_name(std::string_view canonical) {
  const auto* found = std::find_if(compact_names.begin(), compact_names.end(),
                                   [&](const Compact& c) { return c.name == canonical; });
  return found == compact_names.end() ? canonical : std::string_view(&found->letter, 1);
}

bool is_single(std::string_view canonical) {
  return std::find(single_names.begin(), single_names.end(), canonical) != single_names.end();
}

}  // namespace ims::sip
