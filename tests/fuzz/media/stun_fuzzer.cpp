// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "media/ice/crc32.hpp"
#include "media/ice/lite_agent.hpp"
#include "media/rtp/octets.hpp"

/// Any bytes as a connectivity check; the fingerprint is put right so that most get past it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::array<std::byte, 1600> copy{};
  size = std::min(size, copy.size());
  std::copy_n(reinterpret_cast<const std::byte*>(data), size, copy.begin());
  const auto datagram = std::span(copy).first(size);
  (void)media::ice::StunMessage::parse(datagram);
  if (size >= 28) {
    media::store16(datagram, 2, static_cast<std::uint16_t>(size - 20));
    media::store32(datagram, size - 8, 0x80280004);
    media::store32(datagram, size - 4, media::ice::crc32(datagram.first(size - 8)) ^ 0x5354554eU);
  }
  const auto message = media::ice::StunMessage::parse(datagram);
  if (!message) return 0;
  media::ice::IceState state;
  state.local.ufrag.assign("locl");
  state.local.password.assign("password");
  media::ice::LiteAgent agent(state);
  std::array<std::byte, 256> reply{};
  (void)agent.handle_request({}, {}, *message, reply);
  return 0;
}
