// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/identity/charging.hpp"

#include "ims-interface/sip/name_addr.hpp"
#include "ims-interface/sip/text.hpp"

namespace ims {
namespace {

constexpr std::string_view header = "P-Charging-Vector";

std::string type_1(const Policy& policy) { return sip::quote("Type 1" + policy.ioi); }

}  // namespace

ChargingIds new_charging_ids(common::RandomSource& random) { return {random.hex(16), {}}; }

void set_originating_vector(sip::Message& request, const ChargingIds& ids, const Policy& policy) {
  request.set(header, "icid-value=" + sip::quote(ids.icid) +
                          ";icid-generated-at=" + policy.icid_host + ";orig-ioi=" + type_1(policy));
}

void set_dialog_vector(sip::Message& request, const ChargingIds& ids) {
  request.set(header, "icid-value=" + sip::quote(ids.icid));
}

void set_terminating_vector(sip::Message& response, const ChargingIds& ids, const Policy& policy) {
  std::string value = "icid-value=" + sip::quote(ids.icid);
  if (!ids.orig_ioi.empty()) value += ";orig-ioi=" + sip::quote(ids.orig_ioi);
  response.set(header, value + ";term-ioi=" + type_1(policy));
}

ChargingIds read_vector(const sip::Message& request, common::RandomSource& random) {
  const auto parameters = sip::Parameters::parse(request.value(header));
  ChargingIds ids{sip::unquote(parameters.get("icid-value").value_or("")),
                  sip::unquote(parameters.get("orig-ioi").value_or(""))};
  if (ids.icid.empty()) ids.icid = random.hex(16);
  return ids;
}

}  // namespace ims
