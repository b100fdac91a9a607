// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sip/via.hpp"

#include "ims-interface/sip/errc.hpp"
#include "ims-interface/sip/screen.hpp"
#include "ims-interface/sip/text.hpp"

namespace ims::sip {

common::Result<Via> Via::parse(std::string_view value) {
  Via via;
  const auto semicolon = value.find(';');
  const std::string_view front = trim(value.substr(0, semicolon));
  const auto space = front.find_first_of(" \t");
  if (space == std::string_view::npos) return common::fail(Errc::malformed_value, "Via");
  constexpr std::string_view protocol = "SIP/2.0/";
  const std::string_view sent_protocol = front.substr(0, space);
  if (!equal_ignoring_case(sent_protocol.substr(0, protocol.size()), protocol) ||
      !is_token(sent_protocol.substr(protocol.size()))) {
    return common::fail(Errc::malformed_value, "Via");
  }
  via.transport = sent_protocol.substr(protocol.size());
  via.sent_by = trim(front.substr(space));
  if (via.sent_by.empty() || via.sent_by.find_first_of(" \t<>\",") != std::string::npos) {
    return common::fail(Errc::malformed_value, "Via");
  }
  if (semicolon != std::string_view::npos) {
    via.parameters = Parameters::parse(value.substr(semicolon));
  }
  return via;
}

std::string Via::to_string() const {
  return "SIP/2.0/" + transport + " " + sent_by + parameters.to_string();
}

}  // namespace ims::sip
