// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <vector>

#include "media/dtls/handles.hpp"

namespace media::dtls {

/// What OpenSSL reads from and writes to. Its own memory BIO joins writes, and DTLS records must
/// not cross the datagrams they were sent in.
struct DatagramBuffer {
  std::span<const std::byte> incoming;  // one datagram, consumed by one read
  std::deque<std::vector<std::byte>> outgoing;
  std::size_t mtu = 1200;
};

/// A BIO over `buffer`, which must outlive it.
[[nodiscard]] BioPtr make_datagram_bio(DatagramBuffer& buffer);

}  // namespace media::dtls
