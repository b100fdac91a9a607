// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/ims-interface/sdp/support.hpp"

#include <fstream>
#include <sstream>

namespace sdp_test {

using namespace ims::sdp;

std::string file(const std::string& name) {
  std::ifstream in(std::string(TEST_DATA_DIR) + "/sdp/" + name, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  return at == std::string::npos ? std::string("no such text") : text.replace(at, from.size(), to);
}

WicAnchor wic_anchor(std::string ufrag) {
  WicAnchor anchor;
  anchor.ice_ufrag = std::move(ufrag);
  anchor.ice_password = "gatewayPassword0123456789";
  anchor.fingerprint = {"sha-256",
                        "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:"
                        "88:99:AA:BB:CC:DD:EE:FF"};
  anchor.tls_id = "gatewayTlsIdentity0001";
  anchor.candidates = {common::Endpoint::parse("203.0.113.5:7500").value(),
                       common::Endpoint::parse("[2001:db8::5]:7500").value()};
  return anchor;
}

CoreAnchor core_anchor(bool v6) {
  const char* host = v6 ? "[2001:db8:1::9]" : "10.0.0.9";
  return {common::Endpoint::parse(std::string(host) + ":20000").value(),
          common::Endpoint::parse(std::string(host) + ":20001").value()};
}

std::string browser_offer() { return file("wic-chromium-audio/wic.sdp"); }
std::string phone_offer() { return file("ims-baresip-audio/ims.sdp"); }

std::string phone_answer(std::string_view formats, std::string_view lines) {
  return "v=0\r\no=bob 7 1 IN IP4 198.51.100.20\r\ns=-\r\nc=IN IP4 198.51.100.20\r\nt=0 0\r\n"
         "m=audio 30000 RTP/AVP " +
         std::string(formats) + "\r\n" + std::string(lines);
}

std::string browser_answer(std::string_view formats, std::string_view lines) {
  return "v=0\r\no=- 9 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
         "m=audio 9 UDP/TLS/RTP/SAVPF " +
         std::string(formats) +
         "\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=rtcp-mux\r\na=setup:active\r\n"
         "a=ice-ufrag:brow\r\na=ice-pwd:browserPassword0123456789\r\n"
         "a=fingerprint:sha-256 "
         "7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:"
         "2C:19:08\r\n" +
         std::string(lines);
}

PhoneAnchor phone_anchor() {
  PhoneAnchor anchor;
  anchor.rtp = common::Endpoint::parse("203.0.113.1:24000").value();
  anchor.rtcp = common::Endpoint::parse("203.0.113.1:24001").value();
  anchor.fingerprint = {"sha-256", "AA:BB"};
  anchor.tls_id = std::string(20, 't');
  for (const std::string& suite : PhonePolicy{}.suites) {
    anchor.keys.push_back({suite, std::vector<std::uint8_t>(key_size_of(suite), 7)});
  }
  return anchor;
}

Policy phone_policy(PhoneOffer offer) {
  Policy policy;
  policy.access = Access::phone;
  policy.phone.offer = offer;
  policy.phone.sdes = true;
  return policy;
}

std::string Edge::offer(Side from, const std::string& text) {
  auto read = interworker.read_offer(from, text);
  if (!read) {
    error = read.error();
    return {};
  }
  plan = *read;
  for (const StreamPlan& stream : plan.streams) {
    const bool phone = policy.access == Access::phone;
    if (stream.needs_wic_anchor && phone) interworker.set_anchor(stream.stream, phone_anchor());
    if (stream.needs_wic_anchor && !phone) interworker.set_anchor(stream.stream, wic_anchor());
    if (stream.needs_core_anchor) {
      interworker.set_anchor(stream.stream,
                             core_anchor(stream.core_family == common::IpAddress::Family::v6));
    }
  }
  auto written = interworker.write_offer();
  if (!written) error = written.error();
  return written.value_or(std::string());
}

std::string Edge::answer(const std::string& text) {
  auto read = interworker.read_answer(text);
  if (!read) {
    error = read.error();
    return {};
  }
  answered = *read;
  auto written = interworker.write_answer();
  if (!written) error = written.error();
  return written.value_or(std::string());
}

}  // namespace sdp_test
