// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/udp_batch.hpp"

#include <arpa/inet.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <system_error>

namespace bench {

namespace {

constexpr std::size_t control_room = CMSG_SPACE(sizeof(in_pktinfo)) + CMSG_SPACE(sizeof(timespec));

std::chrono::nanoseconds nanoseconds_of(const timespec& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

struct Buffers {
  std::array<mmsghdr, batch_size> messages{};
  std::array<iovec, batch_size> vectors{};
  std::array<sockaddr_in, batch_size> addresses{};
  alignas(cmsghdr) std::array<std::array<std::byte, control_room>, batch_size> control{};
  std::array<std::array<std::byte, datagram_room>, batch_size> data{};

  Buffers() {
    for (std::size_t i = 0; i < batch_size; ++i) {
      vectors[i] = {data[i].data(), datagram_room};
      msghdr& header = messages[i].msg_hdr;
      header.msg_iov = &vectors[i];
      header.msg_iovlen = 1;
      header.msg_name = &addresses[i];
      header.msg_namelen = sizeof(sockaddr_in);
    }
  }
};

}  // namespace

int open_udp(std::uint16_t port, bool any) {
  const int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  const int room = 4 << 20;
  setsockopt(descriptor, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  // Every address, but of the loopback device alone.
  if (any && setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) != 0)
    throw std::system_error(errno, std::generic_category(), "bind to loopback device");
  sockaddr_in local{};
  local.sin_family = AF_INET;
  local.sin_port = htons(port);
  local.sin_addr.s_addr = htonl(any ? INADDR_ANY : INADDR_LOOPBACK);
  if (bind(descriptor, reinterpret_cast<const sockaddr*>(&local), sizeof local) != 0)
    throw std::system_error(errno, std::generic_category(), "bind UDP " + std::to_string(port));
  return descriptor;
}

struct SendBatch::Slots : Buffers {};
struct ReceiveBatch::Slots : Buffers {
  std::array<Received, batch_size> received;
};

SendBatch::SendBatch(int socket) : socket_(socket), slots_(std::make_unique<Slots>()) {
  for (std::size_t i = 0; i < batch_size; ++i) {
    auto* control = reinterpret_cast<cmsghdr*>(slots_->control[i].data());
    control->cmsg_level = IPPROTO_IP;
    control->cmsg_type = IP_PKTINFO;
    control->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
  }
}
SendBatch::~SendBatch() = default;

std::span<std::byte> SendBatch::room() {
  if (count_ == batch_size) flush();
  return slots_->data[count_];
}

void SendBatch::commit(std::size_t size, const sockaddr_in& to, in_addr_t source) {
  slots_->vectors[count_].iov_len = size;
  slots_->addresses[count_] = to;
  msghdr& header = slots_->messages[count_].msg_hdr;
  header.msg_control = nullptr;
  header.msg_controllen = 0;
  if (source != 0) {
    in_pktinfo info{};
    info.ipi_spec_dst.s_addr = source;
    header.msg_control = slots_->control[count_].data();
    header.msg_controllen = CMSG_SPACE(sizeof info);
    std::memcpy(CMSG_DATA(CMSG_FIRSTHDR(&header)), &info, sizeof info);
  }
  ++count_;
}

void SendBatch::flush() {
  std::size_t sent = 0;
  while (sent < count_) {
    const int result =
        sendmmsg(socket_, &slots_->messages[sent], static_cast<unsigned>(count_ - sent), 0);
    if (result > 0) {
      sent += static_cast<std::size_t>(result);
    } else {
      ++failures_;
      ++sent;
    }
  }
  count_ = 0;
}

ReceiveBatch::ReceiveBatch(int socket) : socket_(socket), slots_(std::make_unique<Slots>()) {}
ReceiveBatch::~ReceiveBatch() = default;

std::span<Received> ReceiveBatch::receive() {
  Slots& slots = *slots_;
  for (std::size_t i = 0; i < batch_size; ++i) {
    slots.messages[i].msg_hdr.msg_control = slots.control[i].data();
    slots.messages[i].msg_hdr.msg_controllen = control_room;
  }
  const int count = recvmmsg(socket_, slots.messages.data(), batch_size, MSG_DONTWAIT, nullptr);
  if (count <= 0) return {};
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    Received& received = slots.received[i];
    received.room = slots.data[i];
    received.size = slots.messages[i].msg_len;
    received.from = slots.addresses[i];
    msghdr& header = slots.messages[i].msg_hdr;
    for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr;
         item = CMSG_NXTHDR(&header, item)) {
      if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_PKTINFO) {
        in_pktinfo info;
        std::memcpy(&info, CMSG_DATA(item), sizeof info);
        received.destination = info.ipi_addr.s_addr;
      } else if (item->cmsg_level == SOL_SOCKET && item->cmsg_type == SO_TIMESTAMPNS) {
        timespec time;
        std::memcpy(&time, CMSG_DATA(item), sizeof time);
        received.time = nanoseconds_of(time);
      }
    }
  }
  return {slots.received.data(), static_cast<std::size_t>(count)};
}

std::chrono::nanoseconds packet_clock() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return nanoseconds_of(time);
}

}  // namespace bench
