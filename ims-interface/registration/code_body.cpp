// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/code_body.hpp"

#include <algorithm>

#include "ims-interface/sip/text.hpp"

namespace ims {

BodyCode read_code_body(const sip::Message& request) {
  const std::string_view type = request.value("Content-Type");
  const std::string_view media = sip::trim(type.substr(0, type.find(';')));
  if (!sip::equal_ignoring_case(media, "application/x-www-form-urlencoded")) return {};
  const BodyCode malformed{BodyCode::State::malformed, {}};
  std::string_view rest = request.body();
  while (rest.ends_with("\r\n")) rest.remove_suffix(2);  // text editors and hand-made phones
  bool grant = false;
  std::string code;
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const std::string_view item = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    const auto equals = item.find('=');
    if (equals == std::string_view::npos) return malformed;
    const std::string_view name = item.substr(0, equals);
    const std::string_view value = item.substr(equals + 1);
    if (name == "grant_type" && !grant && value == "authorization_code") {
      grant = true;
    } else if (name == "code" && code.empty() && !value.empty()) {
      code = value;
    } else {
      return malformed;
    }
  }
  const bool digits =
      std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!grant || code.empty() || !digits || code.size() > 32) return malformed;
  return {BodyCode::State::present, std::move(code)};
}

}  // namespace ims
