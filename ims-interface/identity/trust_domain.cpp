// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/identity/trust_domain.hpp"

#include <array>

#include "ims-interface/sip/name_addr.hpp"
#include "ims-interface/sip/text.hpp"
#include "ims-interface/sip/uri.hpp"

namespace ims {
namespace {

constexpr std::array<std::string_view, 28> never_from_wic = {
    "Authorization",        "Proxy-Authorization",   "DPoP",
    "P-Asserted-Identity",  "P-Asserted-Service",    "P-Associated-URI",
    "P-Called-Party-ID",    "P-Charging-Vector",     "P-Charging-Function-Addresses",
    "P-Served-User",        "P-Profile-Key",         "P-Private-Network-Indication",
    "P-Visited-Network-ID", "P-User-Database",       "Path",
    "Service-Route",        "Security-Client",       "Security-Verify",
    "Security-Server",      "Feature-Caps",          "Restoration-Info",
    "Relayed-Charge",       "Service-Interact-Info", "Cellular-Network-Info",
    "Response-Source",      "Attestation-Info",      "Origination-Id",
    "Additional-Identity",
};

constexpr std::array<std::string_view, 12> never_to_wic = {
    "P-Charging-Vector",
    "P-Charging-Function-Addresses",
    "P-Served-User",
    "P-Profile-Key",
    "P-Private-Network-Indication",
    "P-User-Database",
    "Restoration-Info",
    "Relayed-Charge",
    "Service-Interact-Info",
    "Cellular-Network-Info",
    "Attestation-Info",
    "Origination-Id",
};

void strip_network_provided(sip::Message& message) {
  std::vector<std::string> kept;
  for (const std::string& entry : message.values("P-Access-Network-Info")) {
    if (!sip::Parameters::parse(entry).has("network-provided")) kept.push_back(entry);
  }
  message.remove("P-Access-Network-Info");
  for (std::string& entry : kept) message.add("P-Access-Network-Info", std::move(entry));
}

/// cpc, oli and iotl say something about the caller that only the network knows.
void strip_uri_parameters(sip::Message& message, std::string_view header) {
  auto address = sip::NameAddr::parse(message.value(header));
  if (!address) return;
  auto uri = sip::Uri::parse(address->uri);
  if (!uri) return;
  bool changed = false;
  for (const std::string_view name : {"cpc", "oli", "iotl"}) {
    if (!uri->parameter(name)) continue;
    uri->remove_parameter(name);
    changed = true;
  }
  if (!changed) return;
  address->uri = uri->to_string();
  message.set(header, address->to_string());
}

}  // namespace

void strip_untrusted(sip::Message& message, const Policy& policy) {
  for (const std::string_view name : never_from_wic) message.remove(name);
  strip_network_provided(message);
  if (!policy.pass_history_info) message.remove("History-Info");
  if (!policy.pass_resource_priority) message.remove("Resource-Priority");
  if (!policy.pass_early_media_header) message.remove("P-Early-Media");
  if (!message.is_request()) message.remove("Reason");  // RFC 6432: set by the network
  if (sip::equal_ignoring_case(message.value("Priority"), "psap-callback")) {
    message.remove("Priority");
  }
  if (message.to_tag().empty() && message.is_request()) strip_uri_parameters(message, "From");
}

void strip_confidential(sip::Message& message) {
  for (const std::string_view name : never_to_wic) message.remove(name);
  for (const sip::Header& header : message.headers()) {
    if (header.name != "Privacy") continue;
    for (const std::string_view value : sip::split(header.value, ';')) {
      if (sip::equal_ignoring_case(value, "id")) {
        message.remove("P-Asserted-Identity");
        return;
      }
    }
  }
}

}  // namespace ims
