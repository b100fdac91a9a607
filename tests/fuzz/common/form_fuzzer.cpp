// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/http.hpp"

// What is accepted encodes and parses to the same fields.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)common::find_cookie(text, "sid");
  if (const auto url = common::HttpUrl::parse(text)) {
    if (!common::HttpUrl::parse(url->origin())) std::abort();
  }
  const auto fields = common::parse_form(text);
  if (!fields) return 0;
  const auto again = common::parse_form(common::encode_form(*fields));
  if (!again || *again != *fields) std::abort();
  return 0;
}
