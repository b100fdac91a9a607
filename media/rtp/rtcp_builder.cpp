// SPDX-License-Identifier: Apache-2.0
#include "media/rtp/rtcp_builder.hpp"

#include <cstring>

namespace media::rtp {

void append_cname(RtcpBuilder& builder, std::uint32_t ssrc, std::string_view cname) {
  const std::size_t items = 2 + cname.size() + 1;  // the list ends with a zero octet
  const auto body = builder.append(1, sdes, 4 + (items + 3) / 4 * 4);
  if (body.empty()) return;
  std::memset(body.data(), 0, body.size());
  store32(body, 0, ssrc);
  store8(body, 4, 1);
  store8(body, 5, static_cast<std::uint8_t>(cname.size()));
  std::memcpy(body.data() + 6, cname.data(), cname.size());
}

}  // namespace media::rtp
