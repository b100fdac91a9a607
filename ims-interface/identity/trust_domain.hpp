// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ims-interface/policy.hpp"
#include "ims-interface/sip/message.hpp"

namespace ims {

/// Takes out of a WIC's request or response what only the trust domain may say (SES-06, R04,
/// TS 24.229 4.4), and everything that carries the WIC's token (REG-05). network-provided
/// P-Access-Network-Info goes, the WIC's own stays (SES-08).
void strip_untrusted(sip::Message& from_wic, const Policy& policy);

/// Takes out of a message for a WIC what must not leave the trust domain (SES-14, REG-32), and the
/// asserted identity where privacy forbids it (SES-09).
void strip_confidential(sip::Message& to_wic);

}  // namespace ims
