// SPDX-License-Identifier: Apache-2.0
#include "media/io/tcp_paths.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "common/io/sockaddr.hpp"
#include "media/errc.hpp"

namespace media::io {
namespace {

constexpr std::uint64_t listener_bit = 1ULL << 32U;
constexpr int accepts_at_once = 16;

void set_options(int fd, bool v6, std::uint8_t dscp) {
  const int on = 1;
  const int buffer = 64 * 1024;        // what waits longer is late anyway
  const unsigned unanswered = 10'000;  // ms until a silent peer counts as gone
  const int traffic_class = dscp << 2U;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered, sizeof unanswered);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  ::setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_TCLASS : IP_TOS, &traffic_class,
               sizeof traffic_class);
}

}  // namespace

common::Result<Descriptor> listen_tcp(const common::Endpoint& local) {
  const int family = local.address.is_v6() ? AF_INET6 : AF_INET;
  Descriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) {
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  sockaddr_storage address{};
  const socklen_t length = common::io::to_sockaddr(local, address);
  if (!socket.is_open() ||
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0 ||
      ::listen(socket.get(), 128) != 0) {
    return common::fail(Errc::socket_unusable,
                        "TCP " + local.to_string() + ": " + std::strerror(errno));
  }
  return socket;
}

TcpPaths::TcpPaths(std::vector<Descriptor> listeners, const TcpPathsConfig& config, Known known)
    : config_(config),
      known_(std::move(known)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      listeners_(std::move(listeners)) {
  watch_listeners(EPOLLIN);
}

void TcpPaths::watch_listeners(std::uint32_t events) {
  paused_ = events == 0;
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listeners_[i].get(), nullptr);
    if (events != 0) watch(EPOLL_CTL_ADD, listeners_[i].get(), events, listener_bit | i);
  }
}

void TcpPaths::watch(int operation, int fd, std::uint32_t events, std::uint64_t tag) const {
  epoll_event event{};
  event.events = events;
  event.data.u64 = tag;
  ::epoll_ctl(epoll_.get(), operation, fd, &event);
}

void TcpPaths::receive(common::TimePoint now, const Handler& handler) {
  std::array<epoll_event, 64> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const auto number = static_cast<std::uint32_t>(event.data.u64 & 0xffffffffU);
    if ((event.data.u64 & listener_bit) != 0) {
      accept(now, number);
      continue;
    }
    // Closed and perhaps taken again in this very round: reading then finds nothing, no harm done.
    if (connections_[number] == nullptr) continue;
    if ((event.events & EPOLLOUT) != 0) write_waiting(number);
    if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read(number, handler);
    if (connections_[number]->dead) close(number);
  }
}

void TcpPaths::accept(common::TimePoint now, std::uint32_t listener) {
  for (int i = 0; i < accepts_at_once; ++i) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    Descriptor socket(::accept4(listeners_[listener].get(), reinterpret_cast<sockaddr*>(&address),
                                &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket.is_open()) {
      // Out of descriptors: the listener stays readable, and looking again at once would not end.
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        watch_listeners(0);
      }
      return;
    }
    if (by_path_.size() >= config_.most_connections && !make_room()) {
      ++counters_.refused;
      continue;
    }
    ++counters_.accepted;
    auto connection = std::make_unique<Connection>();
    connection->path = {static_cast<std::uint8_t>(first_socket + listener),
                        common::io::from_sockaddr(address)};
    connection->last_known = now;
    set_options(socket.get(), connection->path.remote.address.is_v6(), config_.dscp);
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(connections_.size()));
      connections_.emplace_back();
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    watch(EPOLL_CTL_ADD, socket.get(), EPOLLIN, slot);
    by_path_.set(connection->path, slot);
    connection->socket = std::move(socket);
    connections_[slot] = std::move(connection);
  }
}

// Who connects and says nothing cannot keep the callers out.
bool TcpPaths::make_room() {
  const Connection* oldest = nullptr;
  std::uint32_t oldest_slot = 0;
  for (std::uint32_t slot = 0; slot < connections_.size(); ++slot) {
    const Connection* one = connections_[slot].get();
    if (one == nullptr || known_(one->path)) continue;
    if (oldest != nullptr && oldest->last_known <= one->last_known) continue;
    oldest = one;
    oldest_slot = slot;
  }
  if (oldest == nullptr) return false;
  ++counters_.strangers;
  close(oldest_slot);
  return true;
}

void TcpPaths::read(std::uint32_t slot, const Handler& handler) {
  Connection& connection = *connections_[slot];
  const auto space = connection.framer.space();
  const ssize_t got = ::recv(connection.socket.get(), space.data(), space.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    connection.dead = true;
    return;
  }
  connection.framer.added(static_cast<std::size_t>(got));
  while (const auto packet = connection.framer.next()) handler(connection.path, *packet);
  if (!connection.framer.is_broken()) return;
  ++counters_.broken;
  connection.dead = true;
}

bool TcpPaths::send(const ice::Path& path, std::span<const std::byte> packet) {
  const auto slot = by_path_.find(path);
  if (!slot || connections_[*slot]->dead) return false;
  Connection& connection = *connections_[*slot];
  auto header = ice::TcpFramer::header(packet.size());
  const std::size_t size = header.size() + packet.size();
  std::size_t sent = 0;
  if (!connection.waiting.empty()) {
    if (connection.waiting.size() + size > config_.most_waiting) return false;
  } else {
    std::array<iovec, 2> parts{
        {{header.data(), header.size()}, {const_cast<std::byte*>(packet.data()), packet.size()}}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const ssize_t taken = ::sendmsg(connection.socket.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (taken < 0 && errno != EAGAIN && errno != EINTR) {
      connection.dead = true;  // the kernel wakes receive() for it
      return false;
    }
    sent = taken > 0 ? static_cast<std::size_t>(taken) : 0;
    if (sent == size) return true;
    watch(EPOLL_CTL_MOD, connection.socket.get(), EPOLLIN | EPOLLOUT, *slot);
  }
  for (const std::byte octet : header) {
    if (sent == 0) {
      connection.waiting.push_back(octet);
    } else {
      --sent;
    }
  }
  connection.waiting.insert(connection.waiting.end(),
                            packet.begin() + static_cast<std::ptrdiff_t>(sent), packet.end());
  return true;
}

void TcpPaths::write_waiting(std::uint32_t slot) {
  Connection& connection = *connections_[slot];
  std::vector<std::byte>& waiting = connection.waiting;
  const ssize_t taken =
      ::send(connection.socket.get(), waiting.data(), waiting.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (taken < 0 && errno != EAGAIN && errno != EINTR) connection.dead = true;
  if (taken > 0) waiting.erase(waiting.begin(), waiting.begin() + taken);
  if (waiting.empty()) watch(EPOLL_CTL_MOD, connection.socket.get(), EPOLLIN, slot);
}

void TcpPaths::handle_timeout(common::TimePoint now) {
  if (paused_) watch_listeners(EPOLLIN);
  for (std::uint32_t slot = 0; slot < connections_.size(); ++slot) {
    if (connections_[slot] == nullptr) continue;
    Connection& connection = *connections_[slot];
    if (known_(connection.path)) connection.last_known = now;
    if (!connection.dead && now - connection.last_known < config_.stranger_timeout) continue;
    if (!connection.dead) ++counters_.strangers;
    close(slot);
  }
}

void TcpPaths::close(std::uint32_t slot) {
  by_path_.erase(connections_[slot]->path);
  connections_[slot].reset();
  free_.push_back(slot);
}

}  // namespace media::io
