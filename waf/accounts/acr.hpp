// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waf {

/// How sure a login is, the weakest first; what "acr" says.
enum class Assurance {
  password,            // urn:acr:pwd
  several_factors,     // urn:acr:mfa
  phishing_resistant,  // urn:acr:phr
};

[[nodiscard]] std::string_view acr_of(Assurance assurance);
/// What the methods of a login (RFC 8176) amount to: "pop" is a passkey, "mfa" more than one
/// factor.
[[nodiscard]] Assurance assurance_of(const std::vector<std::string>& amr);
/// True when a login of `acr` is as sure as one of `wanted` asks. Names that we do not know ask
/// nothing: acr_values is a wish (OpenID Connect Core 3.1.2.1).
[[nodiscard]] bool satisfies(std::string_view acr, const std::vector<std::string>& wanted);
/// All names, for the metadata.
[[nodiscard]] std::vector<std::string> known_acrs();

}  // namespace waf
