// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ims-interface/policy.hpp"
#include "ims-interface/sip/message.hpp"

namespace ims {

/// SES-30: the request goes to an emergency service: urn:service:sos and its sub-services, or a
/// configured number as SIP user part or tel digits.
[[nodiscard]] bool is_emergency(const sip::Message& request, const Policy& policy);

/// SES-32: 380 that sends the device to its own telephone (TS 24.229 5.2.10, 7.6).
[[nodiscard]] sip::Message emergency_answer(const sip::Message& request, const Policy& policy,
                                            std::string_view to_tag);

}  // namespace ims
