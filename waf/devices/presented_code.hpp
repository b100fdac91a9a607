// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "common/endpoint.hpp"
#include "common/result.hpp"
#include "waf/devices/digest_proof.hpp"
#include "waf/devices/settings.hpp"
#include "waf/grants/parameters.hpp"

namespace waf {

/// The kinds of transport a device credential is tied to.
enum class TransportClass : std::uint8_t { secure, cleartext };

/// A code, or the Digest proof of one, as a gateway hands it on from a phone (token-auth 3.3).
struct PresentedCode {
  enum class Mode : std::uint8_t { digest, code };
  Mode mode = Mode::digest;
  std::string user_name;  // as the phone sent it; empty: a code alone
  DigestProof digest;
  std::string code;  // secret
  std::string device;
  std::string transport;
  TransportClass transport_class = TransportClass::secure;
  common::IpAddress source;
  std::string model;  // the phone's User-Agent, if the gateway tells it
};

/// Errc::invalid_request for anything that is missing, too long, malformed or not allowed here:
/// another realm, an algorithm or transport that the configuration does not offer.
[[nodiscard]] common::Result<PresentedCode> read_presented_code(const Parameters& parameters,
                                                                const AccessCodeSettings& settings);

}  // namespace waf
