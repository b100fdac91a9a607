// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "waf/clients/client.hpp"

namespace waf {

/// x5t#S256 of RFC 8705: SHA-256 of the certificate's DER, base64url.
[[nodiscard]] std::string certificate_thumbprint(std::string_view der);

/// The same for a certificate in PEM; empty when it is none.
[[nodiscard]] std::string certificate_thumbprint_of_pem(const std::string& pem);

/// Whether the certificate carries the registered name (RFC 8705 section 2.1.2). Names are compared
/// octet by octet, a DN in its RFC 4514 form, DNS names without case.
[[nodiscard]] bool certificate_has_name(std::string_view der, const CertificateName& name);

}  // namespace waf
