// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/printable.hpp"

#include "ims-interface/sip/text.hpp"

namespace ims {

std::string without_code(std::string_view text) {
  std::string out(text);
  auto star = out.find('*');
  if (star == std::string::npos) star = sip::to_lower(out).find("%2a");
  if (star == std::string::npos) return out;
  // The service code itself stays readable: "*55*xxxxxxxxxx".
  const auto second = out.find('*', star + 1);
  const std::size_t from = second == std::string::npos ? star + 3 : second + 1;
  for (std::size_t i = from; i < out.size() && out[i] != '@'; ++i) {
    if (out[i] >= '0' && out[i] <= '9') out[i] = 'x';
  }
  return out;
}

}  // namespace ims
