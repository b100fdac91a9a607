// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "media/relay/datagram.hpp"

namespace media::io {

/// Buffers of one round's datagrams and the headers that the kernel wants for them, made once.
class DatagramBatch {
 public:
  static constexpr std::size_t capacity = 256;

  DatagramBatch();

  [[nodiscard]] std::size_t room() const { return capacity - size_; }
  [[nodiscard]] std::span<relay::Datagram> datagrams() {
    return std::span(datagrams_).first(size_);
  }
  void clear() { size_ = 0; }

  /// Adds what waits at a socket, at most `most` (which must fit); returns what was added.
  [[nodiscard]] std::span<relay::Datagram> receive(int fd, std::size_t most);
  /// Adds one datagram. Half as dear as receive() for a socket where rarely two wait, since nobody
  /// asks it a second time in vain.
  [[nodiscard]] std::span<relay::Datagram> receive_one(int fd);

  /// Adds a packet that came by another way; it must fit, and so must one more datagram.
  [[nodiscard]] relay::Datagram& put(const common::Endpoint& from,
                                     std::span<const std::byte> bytes);

  /// Sends all that leaves by shared socket number `socket`; returns how many the kernel refused.
  std::size_t send_shared(int fd, std::uint8_t socket);

 private:
  static constexpr std::size_t buffer_size = 2048;

  relay::Datagram& add(std::size_t length, const common::Endpoint& from);

  std::size_t size_ = 0;
  std::vector<std::byte> buffers_;
  std::array<relay::Datagram, capacity> datagrams_{};
  std::array<sockaddr_storage, capacity> sources_{};
  std::array<iovec, capacity> spaces_{};
  std::array<mmsghdr, capacity> incoming_{};
  std::array<sockaddr_storage, capacity> targets_{};
  std::array<iovec, capacity> contents_{};
  std::array<mmsghdr, capacity> outgoing_{};
};

}  // namespace media::io
