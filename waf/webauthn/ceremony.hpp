// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result.hpp"

namespace waf::webauthn {

/// What a ceremony was begun with. `challenge` as it went to the browser, in base64url.
struct Expectation {
  std::string rp_id;   // host of the issuer
  std::string origin;  // the issuer
  std::string challenge;
};

/// The browser's words for a new credential or for the use of one, as our script sends them: JSON
/// with base64url members.
struct CredentialResponse {
  std::string id;
  std::vector<std::byte> client_data;
  std::vector<std::byte> attestation;         // of a new credential
  std::vector<std::byte> authenticator_data;  // of the use of one, as the next two
  std::vector<std::byte> signature;
  std::string user_handle;
  std::vector<std::string> transports;

  /// Bounded: at most 64 KiB, members of the right kinds only.
  [[nodiscard]] static common::Result<CredentialResponse> parse(std::string_view json);
};

/// The challenge that the browser signed; not yet proven.
[[nodiscard]] common::Result<std::string> challenge_of(const CredentialResponse& response);

struct NewCredential {
  std::string id;          // base64url
  std::string public_key;  // COSE_Key, base64url
  std::uint32_t sign_count = 0;
  bool user_verified = false;
  bool backed_up = false;
};
/// Web Authentication section 7.1. Attestation is not asked for ("none"), and what comes all the
/// same is not judged: who made the authenticator does not matter here.
[[nodiscard]] common::Result<NewCredential> verify_registration(const CredentialResponse& response,
                                                                const Expectation& expected);

struct StoredCredential {
  std::string public_key;  // COSE_Key, base64url
  std::uint32_t sign_count = 0;
};
struct Assertion {
  std::uint32_t sign_count = 0;
  bool user_verified = false;
  bool backed_up = false;
};
/// Web Authentication section 7.2. A counter that does not grow is a copied authenticator, unless
/// it never counted at all (synchronised passkeys).
[[nodiscard]] common::Result<Assertion> verify_assertion(const CredentialResponse& response,
                                                         const StoredCredential& stored,
                                                         const Expectation& expected);

}  // namespace waf::webauthn
