// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "common/encoding.hpp"
#include "waf/webauthn/authenticator_data.hpp"
#include "waf/webauthn/cbor.hpp"
#include "waf/webauthn/ceremony.hpp"
#include "waf/webauthn/cose_key.hpp"

// What a browser posts for a passkey: nothing of it may do more than be refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto octets = std::as_bytes(std::span(data, size));
  (void)waf::webauthn::parse_cbor(octets);
  const auto parsed = waf::webauthn::parse_authenticator_data(octets);
  if (parsed && parsed->credential && parsed->credential->id.size() > size) std::abort();
  (void)waf::webauthn::check_key(octets);
  const auto response = waf::webauthn::CredentialResponse::parse(common::text_of(octets));
  if (!response) return 0;
  const waf::webauthn::Expectation expected{"waf.example", "https://waf.example", "Y2hhbGxlbmdl"};
  (void)waf::webauthn::verify_registration(*response, expected);
  // Nobody signs for this key.
  if (waf::webauthn::verify_assertion(*response, {"pQECAyYgASFYIA", 0}, expected)) std::abort();
  return 0;
}
