// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "media/io/engine_factory.hpp"
#include "media/io/udp_socket.hpp"

namespace media::io {

struct PortPair {
  Descriptor rtp;
  Descriptor rtcp;
  std::uint16_t rtp_port = 0;  // even; RTCP is the next (RFC 3550 11)
};

/// Walks round the configured range, so that a port rests as long as possible before its next
/// call. What is free the kernel knows: a pair in use cannot be bound.
class PortRange {
 public:
  PortRange(std::uint16_t first, std::uint16_t last, const UdpOptions& options);
  [[nodiscard]] common::Result<PortPair> bind_next(const common::IpAddress& address);
  [[nodiscard]] common::Result<PortPair> bind_at(const common::IpAddress& address,
                                                 std::uint16_t rtp_port) const;

 private:
  std::uint16_t first_;
  std::uint16_t pairs_;
  std::uint16_t next_ = 0;
  UdpOptions options_;
};

}  // namespace media::io
