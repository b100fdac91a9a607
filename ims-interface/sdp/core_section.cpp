// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/core_section.hpp"

#include <algorithm>
#include <string>

#include "ims-interface/sdp/errc.hpp"
#include "ims-interface/sdp/text.hpp"

namespace ims::sdp {
namespace {

std::uint16_t next_port(std::uint16_t port) {
  return port == 65535 ? std::uint16_t{0} : static_cast<std::uint16_t>(port + 1);
}

common::Endpoint rtcp_of(const Media& media, const common::Endpoint& rtp) {
  common::Endpoint rtcp{rtp.address, next_port(rtp.port)};
  std::string_view rest = value_of(media.attributes, "rtcp");  // RFC 3605
  if (rest.empty()) return rtcp;
  if (auto port = number_in<std::uint16_t>(take_word(rest))) rtcp.port = *port;
  if (take_word(rest) != "IN") return rtcp;
  (void)take_word(rest);
  if (auto address = common::IpAddress::parse(take_word(rest))) rtcp.address = *address;
  return rtcp;
}

/// Kilobits a second with RTP, UDP and IP headers at 20 ms a packet (MED-36).
std::uint64_t bandwidth_of(const Codec& codec, bool v6) {
  const std::uint64_t overhead = v6 ? 24 : 16;
  if (codec.is("amr")) return 13 + overhead;
  if (codec.is("amr-wb") || codec.is("evs")) return 25 + overhead;
  if (codec.is("g729")) return 8 + overhead;
  return 64 + overhead;
}

std::string status_in(const Attributes& attributes, std::string_view line) {
  for (const Attribute& attribute : attributes) {
    if (!attribute.value || !attribute.value->starts_with(line)) continue;
    return attribute.value->substr(line.size());
  }
  return {};
}

std::string strength_in(const Attributes& attributes, std::string_view end) {
  for (const Attribute& attribute : attributes) {
    if (attribute.name != "des" || !attribute.value) continue;
    std::string_view rest = *attribute.value;
    if (take_word(rest) != "qos") continue;
    const std::string_view strength = take_word(rest);
    if (take_word(rest) == end) return std::string(strength);
  }
  return "none";
}

}  // namespace

bool is_core_protocol(std::string_view protocol) {
  return protocol == "RTP/AVP" || protocol == "RTP/AVPF";
}

NetworkAddress network_address(const common::IpAddress& address) {
  return {"IN", address.is_v6() ? "IP6" : "IP4", address.to_string()};
}

SectionAddresses read_addresses(const Description& description, const Media& media,
                                common::Endpoint& rtp, common::Endpoint& rtcp) {
  const auto& connection = media.connection ? media.connection : description.connection;
  const auto address = connection
                           ? common::IpAddress::parse(connection->address)
                           : common::Result<common::IpAddress>(common::fail(Errc::missing_line));
  if (!address) return {Refusal::invalid_address, true};
  if (address->is_unspecified()) return {std::nullopt, false};
  rtp = {*address, media.port};
  rtcp = rtcp_of(media, rtp);
  return {};
}

std::optional<Refusal> read_core_section(const Description& description, const Media& media,
                                         Stream& stream) {
  if (!is_core_protocol(media.protocol)) return Refusal::unsupported_profile;
  if (has(media.attributes, "rtcp-mux-only")) return Refusal::rtcp_mux_required;
  CoreRemote remote = stream.core.value_or(CoreRemote{});
  const SectionAddresses read = read_addresses(description, media, remote.rtp, remote.rtcp);
  if (read.refusal) return read.refusal;
  if (!read.receives) stream.on(Side::core).direction.receive = false;
  stream.core = remote;
  return std::nullopt;
}

void add_core_lines(Media& media, const std::vector<Codec>& codecs, const CoreAnchor& anchor) {
  std::uint64_t widest = 0;
  for (const Codec& codec : codecs) {
    if (codec.is_medium()) {
      widest = std::max(widest, bandwidth_of(codec, anchor.rtp.address.is_v6()));
    }
  }
  if (media.kind == "audio") {
    media.bandwidths.push_back({"AS", widest});
    // RFC 3556: the usual 5 percent, a quarter of it for senders; in bits a second.
    media.bandwidths.push_back({"RS", widest * 25 / 2});
    media.bandwidths.push_back({"RR", widest * 75 / 2});
  }
  const bool elsewhere = anchor.rtcp.address != anchor.rtp.address;
  if (elsewhere || anchor.rtcp.port != next_port(anchor.rtp.port)) {
    std::string value = std::to_string(anchor.rtcp.port);
    if (elsewhere) {
      const NetworkAddress address = network_address(anchor.rtcp.address);
      value += " IN " + address.address_type + ' ' + address.address;
    }
    media.attributes.push_back({"rtcp", std::move(value)});
  }
}

Attributes answer_preconditions(const Attributes& offered) {
  const std::string theirs = status_in(offered, "qos local ");
  if (theirs.empty()) return {};
  Attributes out = {{"curr", "qos local sendrecv"},
                    {"curr", "qos remote " + theirs},
                    {"des", "qos " + strength_in(offered, "remote") + " local sendrecv"},
                    {"des", "qos " + strength_in(offered, "local") + " remote sendrecv"}};
  // They confirm by UPDATE once they have reserved; until then the phone must not ring.
  if (theirs != "sendrecv") out.push_back({"conf", "qos remote sendrecv"});
  return out;
}

}  // namespace ims::sdp
