// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "common/result.hpp"

namespace wic {

/// What the issuer's metadata (RFC 8414) says of its endpoints; those it does not name are empty.
struct IssuerMetadata {
  std::string jwks_uri;
  std::string token_endpoint;
  std::string introspection_endpoint;
  std::string revocation_endpoint;
  std::string revocation_events_endpoint;  // token-auth 6.4
};

/// Believes metadata only as far as the pinned issuer goes: it must repeat the issuer, and each
/// address must have its origin. `with_certificate`: clients that authenticate by TLS go to the
/// aliases (RFC 8705 section 5), which may be on another port of the same host.
[[nodiscard]] common::Result<IssuerMetadata> read_issuer_metadata(std::string_view text,
                                                                  const std::string& issuer,
                                                                  bool with_certificate = false);

}  // namespace wic
