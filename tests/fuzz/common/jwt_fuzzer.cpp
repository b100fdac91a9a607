// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/jose/access_token.hpp"
#include "common/jose/jwk.hpp"

// A token, and the same octets as claims and as a JWKS: nothing but our own key may verify.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto keys = common::jose::KeySet::parse(
      R"({"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"k1",)"
      R"("x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",)"
      R"("y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}]})");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (common::jose::verify_access_token(text, *keys)) std::abort();
  const auto claims = common::jose::parse_access_token(text);
  if (claims && !common::jose::parse_access_token(common::jose::to_json(*claims))) std::abort();
  (void)common::jose::KeySet::parse(text).has_value();
  return 0;
}
