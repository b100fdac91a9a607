// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ims::sdp {

/// a=name or a=name:value.
struct Attribute {
  std::string name;
  std::optional<std::string> value;
  bool operator==(const Attribute&) const = default;
};

/// Attributes in the order they came.
using Attributes = std::vector<Attribute>;

/// First attribute of that name, or null.
[[nodiscard]] const Attribute* find(const Attributes& attributes, std::string_view name);
[[nodiscard]] bool has(const Attributes& attributes, std::string_view name);
/// Value of the first attribute of that name; empty when it is absent or a flag.
[[nodiscard]] std::string_view value_of(const Attributes& attributes, std::string_view name);

/// Network type, address type and address of o= and c=. The address may be a name, never resolved.
struct NetworkAddress {
  std::string network_type = "IN";
  std::string address_type = "IP4";
  std::string address;
  bool operator==(const NetworkAddress&) const = default;
};

struct Origin {
  std::string username = "-";
  std::uint64_t session_id = 0;
  std::uint64_t session_version = 0;
  NetworkAddress address;
  bool operator==(const Origin&) const = default;
};

/// b=type:value; kilobits a second for AS and CT, bits a second for TIAS, RS and RR.
struct Bandwidth {
  std::string type;
  std::uint64_t value = 0;
  bool operator==(const Bandwidth&) const = default;
};

/// One m= section.
struct Media {
  std::string kind;  // "audio"
  std::uint16_t port = 0;
  std::optional<std::uint32_t> port_count;
  std::string protocol;  // "RTP/AVP"
  std::vector<std::string> formats;
  std::optional<std::string> information;
  std::optional<NetworkAddress> connection;
  std::vector<Bandwidth> bandwidths;
  Attributes attributes;
  bool operator==(const Media&) const = default;
};

/// A session description (RFC 8866). k= lines are not kept: RFC 8866 5.12 forbids their use.
struct Description {
  Origin origin;
  std::string session_name = "-";
  std::optional<std::string> information;
  std::optional<std::string> uri;
  std::vector<std::string> emails;
  std::vector<std::string> phones;
  std::optional<NetworkAddress> connection;
  std::vector<Bandwidth> bandwidths;
  std::vector<std::string> times;  // t=, r= and z= lines with their letter, "t=0 0"
  Attributes attributes;
  std::vector<Media> media;
  bool operator==(const Description&) const = default;
};

}  // namespace ims::sdp
