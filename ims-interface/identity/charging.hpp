// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "common/random.hpp"
#include "ims-interface/policy.hpp"
#include "ims-interface/sip/message.hpp"

namespace ims {

/// What a dialog or standalone transaction keeps for charging correlation (TS 24.229 4.5).
struct ChargingIds {
  std::string icid;      // icid-value, unquoted
  std::string orig_ioi;  // as received, unquoted; empty when unknown
};

[[nodiscard]] ChargingIds new_charging_ids(common::RandomSource& random);

/// Originating requests and REGISTER: icid, who made it, our type 1 orig-ioi (REG-15, SES-07).
void set_originating_vector(sip::Message& request, const ChargingIds& ids, const Policy& policy);
/// In-dialog requests: the icid of the first request.
void set_dialog_vector(sip::Message& request, const ChargingIds& ids);
/// Responses to the core: what it sent, plus our type 1 term-ioi (SES-16).
void set_terminating_vector(sip::Message& response, const ChargingIds& ids, const Policy& policy);

/// What the core's request carried; a fresh icid where it has none.
[[nodiscard]] ChargingIds read_vector(const sip::Message& request, common::RandomSource& random);

}  // namespace ims
