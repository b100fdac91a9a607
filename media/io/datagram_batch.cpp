// SPDX-License-Identifier: Apache-2.0
#include "media/io/datagram_batch.hpp"

#include <algorithm>
#include <cerrno>

#include "common/io/sockaddr.hpp"
#include "media/io/udp_socket.hpp"

namespace media::io {

DatagramBatch::DatagramBatch() : buffers_(buffer_size * capacity) {
  for (std::size_t i = 0; i < capacity; ++i) {
    spaces_[i] = {buffers_.data() + i * buffer_size, buffer_size};
    msghdr& in = incoming_[i].msg_hdr;
    in.msg_name = &sources_[i];
    in.msg_namelen = sizeof sources_[i];
    in.msg_iov = &spaces_[i];
    in.msg_iovlen = 1;
    msghdr& out = outgoing_[i].msg_hdr;
    out.msg_name = &targets_[i];
    out.msg_iov = &contents_[i];
    out.msg_iovlen = 1;
  }
}

relay::Datagram& DatagramBatch::add(std::size_t length, const common::Endpoint& from) {
  relay::Datagram& datagram = datagrams_[size_];
  datagram = relay::Datagram{};
  datagram.data = buffers_.data() + size_ * buffer_size;
  datagram.room = buffer_size;
  // A datagram longer than the buffer is cut: SRTP or RTP checks refuse what is left of it.
  datagram.size = static_cast<std::uint32_t>(length);
  datagram.remote = from;
  ++size_;
  return datagram;
}

std::span<relay::Datagram> DatagramBatch::receive(int fd, std::size_t most) {
  const std::size_t first = size_;
  const int got =
      ::recvmmsg(fd, incoming_.data() + first, static_cast<unsigned>(most), MSG_DONTWAIT, nullptr);
  for (int i = 0; i < got; ++i) {
    mmsghdr& message = incoming_[size_];
    message.msg_hdr.msg_namelen = sizeof(sockaddr_storage);  // the kernel wrote the used length
    add(message.msg_len, common::io::from_sockaddr(sources_[size_]));
  }
  return datagrams().subspan(first);
}

std::span<relay::Datagram> DatagramBatch::receive_one(int fd) {
  const std::size_t first = size_;
  socklen_t length = sizeof sources_[first];
  const ssize_t got = ::recvfrom(fd, spaces_[first].iov_base, buffer_size, MSG_DONTWAIT,
                                 reinterpret_cast<sockaddr*>(&sources_[first]), &length);
  if (got >= 0) add(static_cast<std::size_t>(got), common::io::from_sockaddr(sources_[first]));
  return datagrams().subspan(first);
}

relay::Datagram& DatagramBatch::put(const common::Endpoint& from,
                                    std::span<const std::byte> bytes) {
  std::copy(bytes.begin(), bytes.end(), buffers_.data() + size_ * buffer_size);
  return add(bytes.size(), from);
}

std::size_t DatagramBatch::send_shared(int fd, std::uint8_t socket) {
  std::size_t count = 0;
  for (const relay::Datagram& datagram : datagrams()) {
    if (datagram.action != relay::Action::send_shared || datagram.socket != socket) continue;
    contents_[count] = {datagram.data, datagram.size};
    outgoing_[count].msg_hdr.msg_namelen =
        common::io::to_sockaddr(datagram.remote, targets_[count]);
    ++count;
  }
  std::size_t refused = 0;
  for (std::size_t sent = 0; sent < count;) {
    const int done =
        ::sendmmsg(fd, outgoing_.data() + sent, static_cast<unsigned>(count - sent), MSG_DONTWAIT);
    if (done <= 0 && errno == EMSGSIZE && allow_fragments(fd)) continue;
    if (done <= 0) ++refused;
    sent += done > 0 ? static_cast<std::size_t>(done) : 1;  // one refused, the rest may pass
  }
  return refused;
}

}  // namespace media::io
