// SPDX-License-Identifier: Apache-2.0
#include "common/ip_prefix.hpp"

#include <algorithm>
#include <charconv>

#include "common/errc.hpp"

namespace common {
namespace {

bool bit_of(const IpAddress& address, unsigned index) {
  return (address.octets[index / 8] >> (7 - index % 8) & 1) != 0;
}

unsigned bits_of(const IpAddress& address) { return address.is_v6() ? 128 : 32; }

}  // namespace

Result<IpPrefix> IpPrefix::parse(std::string_view text) {
  const auto slash = text.find('/');
  auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return fail(address.error());
  IpPrefix prefix{*address, bits_of(*address)};
  if (slash == std::string_view::npos) return prefix;

  const std::string_view digits = text.substr(slash + 1);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), prefix.length);
  if (error != std::errc{} || end != digits.data() + digits.size() ||
      prefix.length > bits_of(*address)) {
    return fail(Errc::invalid_address, "prefix length in '" + std::string(text) + "'");
  }
  for (unsigned index = prefix.length; index < bits_of(*address); ++index) {
    if (bit_of(*address, index)) {
      return fail(Errc::invalid_address, "bits behind the prefix in '" + std::string(text) + "'");
    }
  }
  return prefix;
}

bool IpPrefix::contains(const IpAddress& other) const {
  if (other.family != address.family) return false;
  for (unsigned index = 0; index < length; ++index) {
    if (bit_of(address, index) != bit_of(other, index)) return false;
  }
  return true;
}

std::string IpPrefix::to_string() const {
  return address.to_string() + "/" + std::to_string(length);
}

bool contains(const std::vector<IpPrefix>& prefixes, const IpAddress& address) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const IpPrefix& prefix) { return prefix.contains(address); });
}

}  // namespace common
