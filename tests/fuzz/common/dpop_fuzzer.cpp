// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/jose/dpop.hpp"
#include "common/jose/htu.hpp"

// A DPoP proof from a stranger, and the same octets as an address: what is accepted carries a whole
// answer, and a normal form is its own normal form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto proof = common::jose::verify_dpop_proof(
      text, {"POST", "https://server.example.com/token", {}}, common::system_time(1562262616));
  if (proof && (proof->thumbprint.size() != 43 || proof->id.empty())) std::abort();
  if (const auto once = common::jose::normalised_htu(text)) {
    if (common::jose::normalised_htu(*once) != once) std::abort();
  }
  return 0;
}
