// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "ims-interface/edge_proxy.hpp"
#include "ims-interface/sip/message.hpp"

namespace ims {

/// A phone that has only a device identity, until a star code binds it to a user (token-auth 3.1
/// C).
struct StarDevice {
  sip::Message request;              // its last REGISTER: how the user is registered for it
  std::optional<Identity> identity;  // the user it is bound to
};

/// One connection, or source address of a phone, and what is bound to it (REG-30, SEC-08).
struct Flow {
  FlowId id;
  FlowPeer peer;
  std::string impi;  // empty until the first good REGISTER pins the user (R05)
  std::string sub;
  std::optional<VerificationId> verification;
  std::uint64_t pending_register = 0;  // W2 server transaction waiting for the outcome
  unsigned challenges = 0;
  unsigned malformed = 0;
  std::size_t transactions = 0;
  std::set<RegistrationId> registrations;
  bool closing = false;
  std::string device;  // phones: as CodeProof::device
  std::optional<StarDevice> star;
};

}  // namespace ims
