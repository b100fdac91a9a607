// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "common/random.hpp"
#include "common/result.hpp"
#include "ims-interface/policy.hpp"
#include "ims-interface/sip/message.hpp"
#include "ims-interface/sip/name_addr.hpp"
#include "ims-interface/token_identity.hpp"

namespace ims {

/// What a WIC's REGISTER asks for.
struct RegisterRequest {
  std::string aor;  // To, normalized
  std::string from_aor;
  std::string domain;                    // host of the Request-URI
  std::optional<sip::NameAddr> contact;  // none: query, or every contact ("*")
  bool every_contact = false;            // Contact: *
  std::string instance;                  // +sip.instance without quotes; may be empty
  std::string reg_id;                    // may be empty
  bool outbound = false;                 // reg-id and Supported: outbound
  std::uint32_t expires = 0;

  [[nodiscard]] bool removes() const { return every_contact || (contact && expires == 0); }
};

/// Errors' details say what is wrong with the request in words fit for a Warning.
[[nodiscard]] common::Result<RegisterRequest> read_register(const sip::Message& request,
                                                            const Policy& policy);

/// What tells one registration from another (Registration::key).
[[nodiscard]] std::string key_of(const Identity& identity, const RegisterRequest& request);

/// The Authorization of a trusted node (REG-10, REG-21, R02, R03).
[[nodiscard]] std::string trusted_node_authorization(const Identity& identity,
                                                     const Policy& policy);

/// Rewrites a WIC's REGISTER into the one for the core (TS 33.203 X.3.2.3, TS 24.229 5.2.2).
/// `path_user` is the flow token; `expires` has been capped; `contact` replaces the WIC's.
void make_core_register(sip::Message& request, const Identity& identity, const Policy& policy,
                        const std::string& path_user, bool outbound, const sip::NameAddr* contact,
                        std::uint32_t expires, common::RandomSource& random);

}  // namespace ims
