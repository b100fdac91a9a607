// SPDX-License-Identifier: Apache-2.0
#include "common/public_address.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "common/ip_prefix.hpp"

namespace common {
namespace {

constexpr std::array<std::string_view, 16> special_v4 = {
    "0.0.0.0/8",      "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",
    "169.254.0.0/16", "172.16.0.0/12",  "192.0.0.0/24",  "192.0.2.0/24",
    "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",   "255.255.255.255/32",
};
/// Everything outside 2000::/3 is special as well.
constexpr std::array<std::string_view, 3> special_v6 = {"2001::/23", "2001:db8::/32", "3fff::/20"};

template <std::size_t size>
std::vector<IpPrefix> parse_all(const std::array<std::string_view, size>& texts) {
  std::vector<IpPrefix> out;
  for (const std::string_view text : texts) out.push_back(IpPrefix::parse(text).value());
  return out;
}

IpAddress v4_at(const IpAddress& address, std::size_t offset) {
  IpAddress out;
  std::copy_n(address.octets.begin() + static_cast<std::ptrdiff_t>(offset), 4, out.octets.begin());
  return out;
}

}  // namespace

bool is_public_address(const IpAddress& address) {
  static const std::vector<IpPrefix> v4 = parse_all(special_v4);
  static const std::vector<IpPrefix> v6 = parse_all(special_v6);
  static const IpPrefix global = IpPrefix::parse("2000::/3").value();
  static const IpPrefix mapped = IpPrefix::parse("::ffff:0:0/96").value();
  static const IpPrefix translated = IpPrefix::parse("64:ff9b::/96").value();
  static const IpPrefix six_to_four = IpPrefix::parse("2002::/16").value();
  if (!address.is_v6()) return !contains(v4, address);
  if (mapped.contains(address) || translated.contains(address)) {
    return is_public_address(v4_at(address, 12));
  }
  if (six_to_four.contains(address)) return is_public_address(v4_at(address, 2));
  return global.contains(address) && !contains(v6, address);
}

}  // namespace common
