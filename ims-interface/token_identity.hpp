// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "common/time.hpp"

namespace ims {

/// Who a WIC is by its access token: the only source of IMS identities (TOK-02, TOK-05).
struct Identity {
  std::string impi;                // "alice@ims.example"
  std::vector<std::string> impus;  // first = default
  std::string sub;
  std::string client_id;
  std::string sid;  // session at the WAF; may be empty
  std::string jti;
  std::vector<std::string> scopes;
  common::SystemTime issued_at{};  // the token's iat: a revocation means those up to its own time
  common::TimePoint expires_at;    // the token's exp on the clock that handle_* functions are given
  std::string waf;
  std::string wwsf;
  bool pool = false;               // scenario 3
  std::string instance;            // `dev` claim: the only +sip.instance allowed; empty: any
  std::uint32_t max_bindings = 0;  // 0: policy's number
  std::string certificate;         // cnf.x5t#S256: the only client certificate allowed; empty: any
  /// Phones that came with an access code: the gateway's own name of the session whose tokens it
  /// keeps for them; empty when the client holds the token.
  std::string credential;
};

enum class TokenFailure : std::uint8_t {
  malformed,       // not even the shape of a token: 400
  invalid_token,   // signature, issuer, audience, time, revoked, …: 401 and close
  invalid_scope,   // a required scope is missing: 401 error="invalid_scope" (403 by REG table)
  client_refused,  // the client (WWSF) is not allowed here or not from this Origin: 403
  unavailable,     // keys or WAF cannot be reached, or it has too much to do: 503 with Retry-After
  invalid_code,    // access code wrong, used up, expired or another device's: 401, asked again
};

using TokenOutcome = tl::expected<Identity, TokenFailure>;

struct VerificationId {
  std::uint64_t value = 0;
  auto operator<=>(const VerificationId&) const = default;
};

struct FlowPeer;

/// A token as a request presents it, and what may prove that its sender holds the key it is bound
/// to. Views of the request: valid during the call only.
struct PresentedToken {
  std::string_view token;
  std::string_view method;  // of the request
  std::string_view uri;     // its Request-URI
  /// Value of the DPoP header field (RFC 9449 4, in SIP an extension of ours); empty without one.
  std::string_view dpop = {};
};

/// Checks access tokens (token-auth 6.2). Implemented by the gateway over common/jose and its JWKS
/// cache.
class TokenVerifier {
 public:
  virtual ~TokenVerifier() = default;
  /// Either the outcome at once, or nothing: then EdgeProxy::handle_token_outcome() must be called
  /// with `id` later (never from inside this call). A flow has at most one check under way; the
  /// proxy forgets the id when the flow closes, and gives up after Policy::verification_timeout.
  /// `required_scopes` are those of the request's method.
  [[nodiscard]] virtual std::optional<TokenOutcome> verify(
      common::TimePoint now, VerificationId id, const PresentedToken& presented,
      const FlowPeer& peer, const std::vector<std::string>& required_scopes) = 0;
};

}  // namespace ims
