// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <utility>

#include "common/endpoint.hpp"
#include "common/result.hpp"

namespace media::io {

/// Owns a descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct UdpOptions {
  int buffer = 0;         // octets asked for in both directions; the kernel may give less
  std::uint8_t dscp = 0;  // of what is sent (RFC 2474), 0 to 63
};

/// A bound, non-blocking UDP socket of one family. Over IPv4 it lets nothing be fragmented, which
/// saves the kernel an identification for each datagram, until allow_fragments().
[[nodiscard]] common::Result<Descriptor> bind_udp(const common::Endpoint& local,
                                                  const UdpOptions& options);

/// After EMSGSIZE: whether the datagram may be tried again, now in fragments.
[[nodiscard]] bool allow_fragments(int fd);

}  // namespace media::io
