// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/phone/stun_keepalive.hpp"

#include <cstdint>

namespace wic {
namespace {

constexpr std::string_view binding_request("\x00\x01", 2);
constexpr std::string_view binding_success("\x01\x01", 2);
constexpr std::string_view magic_cookie("\x21\x12\xa4\x42", 4);
constexpr std::string_view xor_mapped_address("\x00\x20", 2);
constexpr std::size_t header_size = 20;

void append_u16(std::string& out, std::size_t value) {
  out.push_back(static_cast<char>(value >> 8U & 0xffU));
  out.push_back(static_cast<char>(value & 0xffU));
}

/// RFC 5389 15.2: the port under the cookie's first half, the address under cookie and transaction.
std::string mapped_address(const common::Endpoint& source, std::string_view mask) {
  const std::size_t octets = source.address.is_v6() ? 16 : 4;
  std::string out(1, '\0');
  out.push_back(source.address.is_v6() ? '\x02' : '\x01');
  append_u16(out, source.port ^ 0x2112U);
  for (std::size_t i = 0; i < octets; ++i) {
    out.push_back(
        static_cast<char>(source.address.octets[i] ^ static_cast<unsigned char>(mask[i])));
  }
  return out;
}

}  // namespace

bool looks_like_stun(std::string_view datagram) {
  return datagram.size() >= header_size && (static_cast<unsigned char>(datagram[0]) & 0xc0U) == 0 &&
         datagram.substr(4, 4) == magic_cookie;
}

std::optional<std::string> answer_stun(std::string_view datagram, const common::Endpoint& source) {
  if (!looks_like_stun(datagram) || datagram.substr(0, 2) != binding_request) return std::nullopt;
  const std::size_t length =
      static_cast<std::size_t>(static_cast<unsigned char>(datagram[2])) * 256 +
      static_cast<unsigned char>(datagram[3]);
  if (length % 4 != 0 || datagram.size() != header_size + length) return std::nullopt;
  const std::string value = mapped_address(source, datagram.substr(4, 16));
  std::string out(binding_success);
  append_u16(out, 4 + value.size());
  out.append(datagram.substr(4, 16)).append(xor_mapped_address);
  append_u16(out, value.size());
  return out.append(value);
}

}  // namespace wic
