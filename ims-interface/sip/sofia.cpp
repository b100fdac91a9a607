// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sip/sofia.hpp"

#include <sofia-sip/msg.h>
#include <sofia-sip/msg_header.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_util.h>

#include "ims-interface/sip/errc.hpp"

namespace ims::sip {

void MsgReleaser::operator()(msg_s* message) const noexcept { msg_destroy(message); }

namespace {

bool is_complete(const sip_t* sip, ViaRule rule) {
  if (rule == ViaRule::required) return sip_sanity_check(sip) >= 0;
  return sip->sip_request != nullptr && sip->sip_to != nullptr && sip->sip_from != nullptr &&
         sip->sip_call_id != nullptr && sip->sip_cseq != nullptr;
}

}  // namespace

common::Result<MsgPtr> to_sofia(const Message& message, ViaRule rule) {
  const std::string text = message.print();
  MsgPtr made(msg_make(sip_default_mclass(), 0, text.data(), static_cast<ssize_t>(text.size())));
  if (!made) return common::fail(Errc::malformed_value);
  const sip_t* sip = sip_object(made.get());
  if (sip == nullptr || (sip->sip_request == nullptr && sip->sip_status == nullptr)) {
    return common::fail(Errc::malformed_start_line);
  }
  if (sip->sip_error != nullptr) {
    const char* name = sip->sip_error->er_name;
    return common::fail(Errc::malformed_value, name == nullptr ? "" : name);
  }
  if (!is_complete(sip, rule)) return common::fail(Errc::missing_header);
  return made;
}

common::Result<Message> from_sofia(msg_s* message, const ScreenLimits& limits) {
  size_t length = 0;
  su_home_t* home = msg_home(message);
  char* text = msg_as_string(home, message, nullptr, 0, &length);
  if (text == nullptr) return common::fail(Errc::incomplete);
  auto parts = screen({text, length}, limits);
  su_free(home, text);
  if (!parts) return common::fail(parts.error());
  return Message::from_parts(std::move(*parts));
}

}  // namespace ims::sip
