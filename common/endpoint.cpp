// SPDX-License-Identifier: Apache-2.0
#include "common/endpoint.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>

#include "common/errc.hpp"

namespace common {

Result<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string copy(text);
  IpAddress address;
  if (inet_pton(AF_INET, copy.c_str(), address.octets.data()) == 1) return address;
  address.family = Family::v6;
  if (inet_pton(AF_INET6, copy.c_str(), address.octets.data()) == 1) return address;
  return fail(Errc::invalid_address, copy);
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_v6() ? AF_INET6 : AF_INET, octets.data(), text.data(), text.size());
  return text.data();
}

bool IpAddress::is_loopback() const {
  if (!is_v6()) return octets[0] == 127;
  std::array<std::uint8_t, 16> one{};
  one[15] = 1;
  return octets == one;
}

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail(Errc::invalid_address, std::string(text));
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  Endpoint endpoint;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (error != std::errc{} || end != port.data() + port.size()) {
    return fail(Errc::invalid_address, std::string(text));
  }
  auto address = IpAddress::parse(host);
  if (!address || address->is_v6() != bracketed) {
    return fail(Errc::invalid_address, std::string(text));
  }
  endpoint.address = *address;
  return endpoint;
}

std::string Endpoint::to_string() const {
  const std::string host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  return host + ":" + std::to_string(port);
}

}  // namespace common

std::size_t std::hash<common::Endpoint>::operator()(
    const common::Endpoint& endpoint) const noexcept {
  std::array<std::uint64_t, 2> words{};
  std::memcpy(words.data(), endpoint.address.octets.data(), sizeof words);
  std::uint64_t mixed = words[0] * 0x9e3779b97f4a7c15ULL ^ words[1] * 0xc2b2ae3d27d4eb4fULL;
  mixed ^= endpoint.port * 0x165667b19e3779f9ULL;
  return static_cast<std::size_t>(mixed ^ mixed >> 29);
}
