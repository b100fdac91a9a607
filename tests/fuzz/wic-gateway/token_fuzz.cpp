// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/jose/access_token.hpp"
#include "common/jose/jwk.hpp"
#include "ims-interface/registration/bearer.hpp"
#include "wic-gateway/auth/token_cache.hpp"
#include "wic-gateway/auth/token_validator.hpp"

namespace {

constexpr common::SystemTime now = common::system_time(1'800'000'000);

const common::jose::KeySet& keys() {
  // A public key alone: nothing that the fuzzer makes can verify.
  static const common::jose::KeySet set =
      common::jose::KeySet::parse(
          R"({"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"k1",)"
          R"("x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",)"
          R"("y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]})")
          .value();
  return set;
}

const wic::TokenValidator& validator() {
  static const wic::TokenValidator made([] {
    wic::TokenPolicy policy;
    policy.issuer = "https://localhost:8443";
    policy.audience = "sip:gateway.ims.example";
    return policy;
  }());
  return made;
}

}  // namespace

/// The way of a stranger's Authorization value: dialects, JWS, and the claims as if the signature
/// had been good.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ims::BearerCredentials credentials = ims::read_bearer_value(text);
  const wic::NoRevocations none;
  for (const std::string_view token : {text, std::string_view(credentials.token)}) {
    if (validator().validate(token, now, &keys(), none)) std::abort();
  }
  if (const auto claims = common::jose::parse_access_token(text)) {
    (void)validator().check_claims(*claims, now);
    if (!common::jose::parse_access_token(common::jose::to_json(*claims))) std::abort();
  }
  (void)common::jose::KeySet::parse(text);
  return 0;
}
