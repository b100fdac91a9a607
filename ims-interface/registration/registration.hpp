// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/time.hpp"
#include "ims-interface/edge_proxy.hpp"
#include "ims-interface/sip/name_addr.hpp"
#include "ims-interface/token_identity.hpp"

namespace ims {

/// Our subscription to the core's reg event for one registration (REG-45).
struct RegSubscription {
  std::string call_id;
  std::string local_tag;
  std::string remote_tag;
  std::string remote_target;
  std::vector<std::string> route;
  std::uint32_t cseq = 0;
  bool under_way = false;
};

/// One contact of one address of record, as TS 24.229 wants a P-CSCF to remember it (REG-31).
struct Registration {
  RegistrationId id;
  std::string key;  // impi, address of record, instance or contact, reg-id
  Identity identity;
  std::string aor;
  std::string to;  // header value as sent
  std::string instance;
  std::string reg_id;
  sip::NameAddr contact;
  std::vector<std::string> former_contacts;  // URIs before a reconnect; newest last
  bool outbound = false;
  std::vector<std::string> supported;  // the WIC's option tags
  std::optional<FlowId> flow;          // none: in grace
  bool confirmed = false;              // a 200 came once
  bool ending = false;                 // Registrar::end() is at it and will forget it
  bool active = false;                 // confirmed and not expired
  common::TimePoint expires_at;
  std::vector<std::string> service_route;
  std::vector<std::string> associated_uris;  // URIs, first = default
  RegSubscription subscription;
  std::set<CallHandle> calls;
};

}  // namespace ims
