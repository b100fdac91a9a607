// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace bench {

inline constexpr std::size_t batch_size = 32;
inline constexpr std::size_t datagram_room = 2048;

/// A UDP socket on loopback with large buffers, kernel receive time and destination address. It is
/// bound to every loopback address when `any` is set: each user then has an address of its own in
/// 127.0.0.0/8 and all of them share one socket, which keeps the generator cheap.
[[nodiscard]] int open_udp(std::uint16_t port, bool any);

/// Datagrams that leave by one sendmmsg call.
class SendBatch {
 public:
  explicit SendBatch(int socket);
  ~SendBatch();
  SendBatch(const SendBatch&) = delete;
  SendBatch& operator=(const SendBatch&) = delete;

  /// Room for the next datagram; commit() then queues it. Sends first when the batch is full.
  [[nodiscard]] std::span<std::byte> room();
  /// `source` 0: the socket's own address.
  void commit(std::size_t size, const sockaddr_in& to, in_addr_t source);
  void flush();
  [[nodiscard]] std::uint64_t failures() const { return failures_; }

 private:
  struct Slots;
  int socket_;
  std::unique_ptr<Slots> slots_;
  std::size_t count_ = 0;
  std::uint64_t failures_ = 0;
};

/// One received datagram of a batch.
struct Received {
  std::span<std::byte> room;  // the whole buffer, so that SRTP may work in place
  std::size_t size = 0;
  sockaddr_in from{};
  in_addr_t destination = 0;
  std::chrono::nanoseconds time{};  // when the kernel took it in, since the epoch
};

/// Datagrams that came by one recvmmsg call.
class ReceiveBatch {
 public:
  explicit ReceiveBatch(int socket);
  ~ReceiveBatch();
  ReceiveBatch(const ReceiveBatch&) = delete;
  ReceiveBatch& operator=(const ReceiveBatch&) = delete;

  /// Valid until the next call; empty when nothing waits.
  [[nodiscard]] std::span<Received> receive();

 private:
  struct Slots;
  int socket_;
  std::unique_ptr<Slots> slots_;
};

/// The clock that the kernel stamps received datagrams with.
[[nodiscard]] std::chrono::nanoseconds packet_clock();

}  // namespace bench
