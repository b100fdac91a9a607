// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/session_description.hpp"

#include <charconv>
#include <vector>

#include "tests/bench/load/core_transport.hpp"

namespace bench {

namespace {

/// The text after the first line start `prefix`, up to the line's end.
std::optional<std::string> line(std::string_view sdp, std::string_view prefix) {
  std::size_t begin = sdp.starts_with(prefix) ? 0 : sdp.find("\n" + std::string(prefix));
  if (begin == std::string_view::npos) return std::nullopt;
  if (sdp[begin] == '\n') ++begin;
  begin += prefix.size();
  return std::string(sdp.substr(begin, sdp.find_first_of("\r\n", begin) - begin));
}

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> result(1);
  for (const char c : text) {
    if (c != ' ')
      result.back().push_back(c);
    else if (!result.back().empty())
      result.emplace_back();
  }
  return result;
}

}  // namespace

std::string browser_sdp(const media::IceCredentials& ice, const media::Fingerprint& fingerprint,
                        std::string_view setup) {
  std::string sdp =
      "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
      "a=group:BUNDLE 0\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS bench\r\n"
      "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 0.0.0.0\r\n"
      "a=rtcp:9 IN IP4 0.0.0.0\r\n";
  sdp.append("a=ice-ufrag:").append(ice.ufrag).append("\r\na=ice-pwd:").append(ice.password);
  sdp.append("\r\na=ice-options:trickle\r\na=fingerprint:").append(fingerprint.algorithm);
  sdp.append(" ").append(fingerprint.value).append("\r\na=setup:").append(setup);
  sdp.append(
      "\r\na=mid:0\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
      "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n"
      "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=sendrecv\r\na=msid:bench bench-audio\r\n"
      "a=rtcp-mux\r\na=rtcp-rsize\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n"
      "a=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n"
      "a=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
      "a=rtpmap:13 CN/8000\r\na=rtpmap:110 telephone-event/48000\r\n"
      "a=rtpmap:126 telephone-event/8000\r\na=ssrc:1 cname:bench\r\n");
  return sdp;
}

std::optional<WicRemote> read_gateway_sdp(std::string_view sdp) {
  const auto ufrag = line(sdp, "a=ice-ufrag:");
  const auto password = line(sdp, "a=ice-pwd:");
  const auto fingerprint = line(sdp, "a=fingerprint:");
  const auto setup = line(sdp, "a=setup:");
  const auto candidate = line(sdp, "a=candidate:");
  const auto media = line(sdp, "m=audio ");
  if (!ufrag || !password || !fingerprint || !setup || !candidate || !media) return std::nullopt;
  if (media->starts_with("0 ")) return std::nullopt;
  const auto fields = words(*candidate);  // foundation component transport priority address port
  const auto hash = words(*fingerprint);
  if (fields.size() < 6 || hash.size() != 2) return std::nullopt;
  WicRemote remote;
  remote.address = parse_address(fields[4] + ":" + fields[5]);
  remote.ice = {*ufrag, *password};
  remote.fingerprint = {hash[0], hash[1]};
  // A browser that may choose takes the client's role.
  remote.our_role = *setup == "active" ? media::DtlsRole::server : media::DtlsRole::client;
  return remote;
}

std::string core_sdp(const sockaddr_in& rtp) {
  const std::string address = print_address(rtp);
  const auto colon = address.find(':');
  const std::string host = address.substr(0, colon);
  return "v=0\r\no=bench 1 1 IN IP4 " + host + "\r\ns=-\r\nc=IN IP4 " + host +
         "\r\nt=0 0\r\nm=audio " + address.substr(colon + 1) +
         " RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
         "a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";
}

std::optional<sockaddr_in> read_core_sdp(std::string_view sdp) {
  const auto media = line(sdp, "m=audio ");
  if (!media || media->starts_with("0 ")) return std::nullopt;
  const auto section = sdp.substr(sdp.find("m=audio "));
  auto connection = line(section, "c=IN IP4 ");
  if (!connection) connection = line(sdp, "c=IN IP4 ");
  if (!connection) return std::nullopt;
  return parse_address(*connection + ":" + words(*media)[0]);
}

}  // namespace bench
