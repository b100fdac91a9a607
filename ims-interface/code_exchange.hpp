// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/time.hpp"
#include "ims-interface/flow_peer.hpp"
#include "ims-interface/token_identity.hpp"

namespace ims {

/// A numeric access code, or the Digest proof that a phone knows one (token-auth 3.3). The gateway
/// has checked that the nonce is its own and fresh, that realm, URI and algorithm are right, and
/// that the name is that of the address of record; whether the secret is right only the WAF knows.
struct CodeProof {
  enum class Mode : std::uint8_t { digest, code };
  Mode mode = Mode::digest;
  std::string username;  // mode code: may be empty for a star code dialled without an extension
  std::string realm;
  // digest
  std::string algorithm;
  std::string nonce;
  std::string nc;
  std::string cnonce;
  std::string uri;
  std::string method;
  std::string response;
  // code
  std::string code;  // a secret: never logged, never sent to the core
  /// Tells this phone from others: certificate, +sip.instance, or a hash of its contact.
  std::string device;
  std::string model;  // User-Agent, for the user's list of devices
  bool star = false;  // dialled: the phone cannot prove itself again
  FlowId flow;
};

/// Exchanges a proof at the WAF for tokens that the gateway itself keeps. Implemented by
/// wic-gateway/phone over the WAF's token endpoint.
class CodeExchange {
 public:
  virtual ~CodeExchange() = default;
  /// As TokenVerifier::verify(): the outcome at once, or nothing and later
  /// EdgeProxy::handle_token_outcome() with this id. The identity names its `credential`.
  [[nodiscard]] virtual std::optional<TokenOutcome> exchange(common::TimePoint now,
                                                             VerificationId id,
                                                             const CodeProof& proof,
                                                             const FlowPeer& peer) = 0;
  /// The live session of a phone that dialled a star code and now comes back on another connection;
  /// asked only for devices that a certificate names.
  [[nodiscard]] virtual std::optional<Identity> resume(common::TimePoint now,
                                                       const std::string& device) {
    static_cast<void>(now);
    static_cast<void>(device);
    return std::nullopt;
  }
};

}  // namespace ims
