// SPDX-License-Identifier: Apache-2.0
#include "media/io/port_range.hpp"

#include <utility>

#include "media/errc.hpp"

namespace media::io {

PortRange::PortRange(std::uint16_t first, std::uint16_t last, const UdpOptions& options)
    : first_(static_cast<std::uint16_t>(first + first % 2)),
      pairs_(static_cast<std::uint16_t>(last > first_ ? (last - first_ + 1) / 2 : 0)),
      options_(options) {}

common::Result<PortPair> PortRange::bind_at(const common::IpAddress& address,
                                            std::uint16_t rtp_port) const {
  auto rtp = bind_udp({address, rtp_port}, options_);
  if (!rtp) return common::fail(rtp.error());
  auto rtcp = bind_udp({address, static_cast<std::uint16_t>(rtp_port + 1)}, options_);
  if (!rtcp) return common::fail(rtcp.error());
  return PortPair{std::move(*rtp), std::move(*rtcp), rtp_port};
}

common::Result<PortPair> PortRange::bind_next(const common::IpAddress& address) {
  for (std::uint16_t tried = 0; tried < pairs_; ++tried) {
    const auto port = static_cast<std::uint16_t>(first_ + 2 * next_);
    next_ = static_cast<std::uint16_t>((next_ + 1) % pairs_);
    auto pair = bind_at(address, port);
    if (pair) return pair;
  }
  return common::fail(Errc::capacity_reached, "no free port pair");
}

}  // namespace media::io
