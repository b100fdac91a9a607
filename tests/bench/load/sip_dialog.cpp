// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/sip_dialog.hpp"

#include <algorithm>
#include <charconv>

#include "common/io/system_random.hpp"

namespace bench {

namespace {

unsigned cseq_number(const SipMessage& message) {
  const std::string_view cseq = message.first("CSeq");
  unsigned number = 0;
  std::from_chars(cseq.data(), cseq.data() + cseq.size(), number);
  return number;
}

std::string first_of(const SipMessage& message, std::string_view name) {
  return std::string(message.first(name));
}

}  // namespace

SipDialog SipDialog::of_caller(const SipMessage& invite, const SipMessage& ok) {
  SipDialog dialog{first_of(invite, "Call-ID"), first_of(ok, "From"),
                   first_of(ok, "To"),          std::string(address_uri(ok.first("Contact"))),
                   ok.list("Record-Route"),     cseq_number(invite)};
  std::reverse(dialog.route_set.begin(), dialog.route_set.end());
  return dialog;
}

SipDialog SipDialog::of_callee(const SipMessage& invite, const SipMessage& ok) {
  return SipDialog{first_of(invite, "Call-ID"), first_of(ok, "To"),
                   first_of(ok, "From"),        std::string(address_uri(invite.first("Contact"))),
                   invite.list("Record-Route"), 1};
}

SipMessage SipDialog::request(std::string_view method, std::string via) {
  if (method != "ACK") ++cseq;
  SipMessage message;
  message.start_line = std::string(method).append(" ").append(remote_target).append(" SIP/2.0");
  message.add("Via", std::move(via)).add("Max-Forwards", "70");
  for (const std::string& route : route_set) message.add("Route", route);
  message.add("From", local).add("To", remote).add("Call-ID", call_id);
  message.add("CSeq", std::to_string(cseq).append(" ").append(method));
  return message;
}

SipMessage failure_ack(const SipMessage& invite, const SipMessage& response) {
  SipMessage ack;
  ack.start_line = std::string("ACK ").append(invite.request_uri()).append(" SIP/2.0");
  ack.add("Via", first_of(invite, "Via")).add("Max-Forwards", "70");
  for (const std::string& route : invite.all("Route")) ack.add("Route", route);
  ack.add("From", first_of(invite, "From")).add("To", first_of(response, "To"));
  ack.add("Call-ID", first_of(invite, "Call-ID"));
  ack.add("CSeq", std::to_string(cseq_number(invite)).append(" ACK"));
  return ack;
}

std::string unique_token() {
  static const std::string prefix = [] {
    common::io::SystemRandom random;
    return random.hex(6);
  }();
  static unsigned long long next = 0;
  return prefix + std::to_string(++next);
}

}  // namespace bench
