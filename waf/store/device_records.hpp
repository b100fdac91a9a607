// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/time.hpp"

namespace waf {

using common::SystemTime;

/// The login behind a session, as it is handed on to what comes from that session.
struct LoginFacts {
  std::string user_id;
  std::string sid;
  std::string acr;
  std::vector<std::string> amr;
  SystemTime auth_time{};
};

/// A pushed authorization request (RFC 9126), taken once.
struct PushedRequest {
  std::string digest;  // of the request_uri
  std::string client_id;
  std::string parameters;      // as a form
  std::string key_thumbprint;  // of the DPoP proof that came with it; empty without
  SystemTime expires_at{};
};

/// A device that waits for its user (RFC 8628).
struct DeviceAuthorization {
  enum class State : std::uint8_t { pending, approved, denied };
  std::string digest;     // of the device_code
  std::string user_code;  // keyed digest: too short for a plain one
  std::string client_id;
  std::vector<std::string> scopes;
  std::string key_thumbprint;  // the device's DPoP key, if it showed one
  std::string source;          // where the device asked from, shown to the user
  State state = State::pending;
  LoginFacts login;  // once approved
  SystemTime created_at{};
  SystemTime expires_at{};
  std::int64_t interval = 5;  // seconds between polls; grows with every slow_down
  SystemTime last_poll{};
};

/// One attempt to log in through the first-party challenge, between its requests.
struct ChallengeSession {
  std::string digest;  // of the auth_session
  std::string client_id;
  std::string proof;    // certificate and key thumbprints of its first request
  std::string request;  // what was asked for, JSON
  std::string user_id;  // once the password was right
  std::int64_t attempts = 0;
  SystemTime expires_at{};
};

/// An access code, and after its first use the credential of the phone it was typed into
/// (token-auth 3.2 to 3.4). The code itself is nowhere: see DeviceSecret.
struct DeviceCredential {
  enum class State : std::uint8_t { issued, activated, ended };
  std::string id;  // credential_id
  LoginFacts login;
  State state = State::issued;
  SystemTime issued_at{};
  SystemTime code_until{};  // end of the code
  std::int64_t wrong = 0;   // attempts at the code
  // From the first use on:
  std::string grant_id;
  std::string device;     // +sip.instance, MAC or the gateway's hash
  std::string transport;  // "tls", "udp", …
  std::string source;     // address
  std::string model;      // User-Agent of the phone; shown to the user
  SystemTime activated_at{};
  SystemTime last_used{};
  SystemTime expires_at{};  // of the device's sign-in; before its use that of the code
  // Digest errors of the signed-in device:
  std::int64_t failures = 0;
  SystemTime failures_since{};
  SystemTime blocked_until{};
};

/// What verifies a code under one name that its user may type as the phone's user name. All three
/// HA1 are encrypted with the deployment's key, the code stands here as an HMAC only.
struct DeviceSecret {
  std::string credential_id;
  std::string user_name;
  std::string code_digest;
  std::string ha1_md5;
  std::string ha1_sha256;
  std::string ha1_sha512_256;
};

/// What a user should know of his codes and devices.
struct DeviceNotice {
  enum class Kind : std::uint8_t { signed_in, other_device, code_guessed, suspended };
  std::string user_id;
  Kind kind = Kind::signed_in;
  std::string model;
  std::string source;
  SystemTime at{};
};

}  // namespace waf
