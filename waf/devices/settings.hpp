// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "waf/rate_limit.hpp"

namespace waf {

/// DPoP (RFC 9449): [dpop] of the configuration.
struct DpopSettings {
  bool nonce = false;                 // proofs must carry a nonce of this server
  seconds nonce_lifetime{300};        // for one to two of these a nonce is good
  seconds max_age{120};               // of a proof
  seconds max_ahead{30};              // how far the client's clock may be ahead
  std::int64_t remembered = 100'000;  // proofs kept to know a replay
};

/// Pushed authorization requests (RFC 9126): [par].
struct ParSettings {
  seconds lifetime{90};   // of a request_uri; at most 90 s
  bool required = false;  // of every client, not only of those registered so
  RateLimit per_address{30, seconds(60)};
};

/// Device authorization grant (RFC 8628): [device_grant].
struct DeviceGrantSettings {
  bool enabled = true;
  seconds lifetime{600};  // of device code and user code
  seconds interval{5};    // between two polls
  RateLimit per_address{10, seconds(60)};
  RateLimit entries_per_session{5, seconds(60)};  // user codes typed
  RateLimit entries_per_account{30, seconds(3600)};
  RateLimit entries_per_address{30, seconds(60)};
};

/// First-party authorization challenge (draft-ietf-oauth-first-party-apps): [challenge].
struct ChallengeSettings {
  bool enabled = false;
  seconds lifetime{300};           // of an auth_session
  std::int64_t most_attempts = 5;  // answers to one auth_session
};

/// Numeric access codes for public phones (token-auth 3): [access_codes].
struct AccessCodeSettings {
  bool enabled = false;
  std::string realm;          // Digest realm of the phones; the IMS domain
  std::int64_t digits = 10;   // at least 8; 12 with clear text
  seconds lifetime{300};      // at most 600 s
  std::int64_t attempts = 3;  // wrong ones until the code is dead; at most 5
  seconds fresh_login{300};   // the login must not be older when a code is made
  RateLimit minted_per_user{5, seconds(3600)};
  seconds device_lifetime{12 * 3600};  // of a signed-in device; at most 30 d
  std::int64_t devices_per_user = 10;
  std::vector<std::string> algorithms = {"SHA-256", "SHA-512-256", "MD5"};
  bool allow_cleartext = false;                 // UDP and TCP: isolated networks only
  std::vector<std::string> cleartext_networks;  // prefixes of sources that may use them
  bool without_user_name = false;  // mode code: the code alone finds its user (star code)
  RateLimit failures_per_source{30, seconds(60)};
  RateLimit failures_per_realm{300, seconds(60)};
  std::int64_t suspend_failures = 10;  // Digest errors of a signed-in device within the window
  seconds suspend_window{600};
  seconds suspend_for{900};
  std::vector<std::string> scopes = {"sip.register", "sip.call", "sip.message"};
  std::string key;  // 32 octets of key_file; secret
};

struct DeviceSettings {
  DpopSettings dpop;
  ParSettings par;
  DeviceGrantSettings device_grant;
  ChallengeSettings challenge;
  AccessCodeSettings access_codes;
};

}  // namespace waf
