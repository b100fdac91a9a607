// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ims-interface/sip/screen.hpp"

namespace ims {

/// Everything an operator decides about the eP-CSCF's signalling. Strings are checked by whoever
/// loads the configuration; defaults are those of the specification digests.
struct Policy {
  // -- who we are ---------------------------------------------------------------------------
  std::string home_domain;          // "ims.example": REGISTER's Request-URI, realm toward the core
  std::string core_uri_host;        // "127.0.0.1:5070": host[:port] of our Path and Record-Route
  std::string w2_via_host;          // "localhost:7443": sent-by of our Via toward a WIC
  std::string visited_network_id;   // P-Visited-Network-ID (REG-14), known to the HSS
  std::string ioi;                  // orig-ioi/term-ioi, printed as "Type 1<ioi>" (REG-15)
  std::string icid_host;            // icid-generated-at
  std::string access_network_info;  // our own network-provided P-Access-Network-Info; empty: none

  // -- next hops ----------------------------------------------------------------------------
  std::string register_next_hop;  // SIP URI of the I-CSCF or IBCF; empty: by home_domain (RFC 3263)

  // -- tokens -------------------------------------------------------------------------------
  std::string authz_server;  // https URI of the WAF, for challenges
  std::vector<std::string> register_scopes = {"webrtc-ims-client-access-to-ims"};
  std::string call_scope = "sip.call";                 // INVITE; empty: none needed
  std::string message_scope = "sip.message";           // MESSAGE; empty: none needed
  std::vector<std::string> operator_waf_domains;       // WAFs in these domains are ours: REG-21
  std::string waf_parameter = "authorization-entity";  // REG-22; empty: never sent
  std::string wwsf_parameter;                          // REG-23; empty: never sent
  std::chrono::seconds max_expires{3600};
  std::chrono::seconds token_margin{30};      // granted <= exp - now - margin (token-auth 6.5)
  std::chrono::seconds least_token_life{60};  // less left: 401 invalid_token
  std::chrono::seconds verification_timeout{5};
  std::chrono::seconds verifier_retry_after{5};
  unsigned challenges_per_flow = 3;  // REGISTERs without a token answered before the flow closes
  unsigned max_bindings = 8;         // live registrations of one IMPI on this worker

  // -- flows --------------------------------------------------------------------------------
  std::chrono::seconds unregistered_idle{10};  // SEC-14: from opening to a good REGISTER
  std::chrono::seconds after_expiry{30};       // WebSocket kept for a new REGISTER
  std::chrono::seconds grace{30};              // REG-47, at most 30 s
  std::chrono::seconds flow_timer{0};          // Flow-Timer in the 200 (RFC 5626); 0: not sent
  std::chrono::seconds via_keep{30};           // answer to ;keep in Via (RFC 6223); 0: not willing
  sip::ScreenLimits limits;
  std::size_t transactions_per_flow = 64;  // either direction
  std::size_t dialogs_per_flow = 16;       // calls and subscriptions
  std::size_t transactions = 100'000;      // this worker
  std::size_t dialogs = 50'000;            // this worker
  std::size_t registrations = 100'000;     // this worker

  // -- phones; timers over UDP (RFC 3261 17)
  // ----------------------------------------------------------
  std::vector<std::string> phone_scopes = {"sip.register"};  // of a phone's token, for REGISTER
  std::chrono::seconds nonce_life{60};                       // Digest
  std::size_t nonces_in_use = 100'000;                       // this worker
  std::chrono::seconds star_expires{120};  // of a phone that no star code has bound yet
  std::chrono::seconds announcement{4};    // after a star code

  std::chrono::milliseconds phone_t1{500};
  std::chrono::milliseconds phone_t2{4000};
  std::chrono::milliseconds phone_t4{5000};

  // -- headers ------------------------------------------------------------------------------
  bool reject_foreign_routes = false;  // SES-04: 400 instead of replacing by the Service-Route
  bool force_from = false;             // SES-05 option: From not an own IMPU: 403
  bool pass_history_info = false;      // from the WIC
  bool pass_resource_priority = false;
  bool pass_early_media_header = false;  // P-Early-Media of the WIC is trusted
  bool add_mmtel_icsi = true;            // SES-10: browser INVITEs that name no service
  bool response_source = false;          // SES-27

  // -- calls --------------------------------------------------------------------------------
  std::chrono::seconds transaction_timeout{128};  // 64*T1 toward the WIC (SES-24): timers B, F, H
  std::chrono::seconds ring_timeout{200};         // timer C
  bool calls_survive_expiry = true;               // token-auth 6.5, calls.after_expiry = keep
  std::chrono::hours longest_call_after_expiry{4};

  // -- emergency ----------------------------------------------------------------------------
  std::vector<std::string> emergency_numbers = {"112", "911"};  // user part or tel digits
  std::string emergency_reason = "Use the telephone of this device for emergency calls";

  // -- reg event ----------------------------------------------------------------------------
  bool subscribe_reg_event = true;
  std::chrono::seconds reg_event_expires{600'000};
  bool reg_event_by_service_route = false;  // route the SUBSCRIBE as an originating request
};

}  // namespace ims
