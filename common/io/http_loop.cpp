// SPDX-License-Identifier: Apache-2.0
#include "common/io/http_loop.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <stdexcept>

#include "common/io/sockaddr.hpp"
#include "common/io/tls_context.hpp"

namespace common::io {
namespace {

// What stands beside a descriptor in epoll: small numbers are listeners, then the mailbox, then
// connections.
constexpr std::uint64_t first_connection = 1U << 16;
constexpr std::uint64_t mailbox_id = first_connection - 1;
constexpr int accepts_a_round = 64;
constexpr std::chrono::milliseconds longest_wait{1000};
constexpr std::chrono::milliseconds accept_pause{50};

void watch(int epoll, int operation, int descriptor, std::uint32_t events, std::uint64_t id) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  ::epoll_ctl(epoll, operation, descriptor, &event);
}

}  // namespace

bool HttpServerShared::admit(const IpAddress& address) {
  const std::scoped_lock lock(mutex_);
  std::size_t& own = connections_of_[address];
  if (connections_ >= options.max_connections || own >= options.max_connections_per_address) {
    if (own == 0) connections_of_.erase(address);
    metrics.over_limit.add();
    return false;
  }
  ++own;
  ++connections_;
  metrics.connections.set(static_cast<double>(connections_));
  return true;
}

void HttpServerShared::release(const IpAddress& address) {
  const std::scoped_lock lock(mutex_);
  if (--connections_of_[address] == 0) connections_of_.erase(address);
  --connections_;
  metrics.connections.set(static_cast<double>(connections_));
}

std::size_t HttpServerShared::open_connections() {
  const std::scoped_lock lock(mutex_);
  return connections_;
}

void HttpServerShared::load_tls() {
  if (!options.tls) return;
  std::shared_ptr<SSL_CTX> fresh = make_tls_server_context(*options.tls);
  const std::scoped_lock lock(mutex_);
  tls_ = std::move(fresh);
}

std::shared_ptr<SSL_CTX> HttpServerShared::current_tls() {
  const std::scoped_lock lock(mutex_);
  return tls_;
}

HttpLoop::HttpLoop(HttpServerShared& shared)
    : HttpConnectionHost(shared.options, shared.metrics),
      shared_(shared),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      mailbox_(std::make_shared<HttpMailbox>()),
      last_id_(first_connection) {
  if (epoll_ < 0) throw std::runtime_error("epoll: out of descriptors");
  watch(epoll_, EPOLL_CTL_ADD, mailbox_->descriptor(), EPOLLIN, mailbox_id);
  watch_listeners(true);
}

void HttpLoop::watch_listeners(bool on) {
  for (std::size_t i = 0; i < shared_.listeners.size(); ++i) {
    watch(epoll_, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, shared_.listeners[i],
          EPOLLIN | EPOLLEXCLUSIVE, i);
  }
}

HttpLoop::~HttpLoop() {
  join();
  mailbox_->close();
  ::close(epoll_);
}

void HttpLoop::start() {
  thread_ = std::thread([this] { run(); });
}

void HttpLoop::join() {
  if (thread_.joinable()) thread_.join();
}

void HttpLoop::run() {
  // OpenSSL writes to sockets without MSG_NOSIGNAL.
  sigset_t signals{};
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  while (!shared_.ended) round(time_to_wait(SteadyClock::now()));
  for (const auto& [id, connection] : connections_) shared_.release(connection->peer().address);
  connections_.clear();
}

int HttpLoop::time_to_wait(TimePoint now) const {
  if (accept_again_) return static_cast<int>(accept_pause.count());
  if (checks_.empty() || checks_.top().at > now + longest_wait) {
    return static_cast<int>(longest_wait.count());
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(checks_.top().at - now);
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

void HttpLoop::round(int timeout_ms) {
  std::array<epoll_event, 256> events;  // filled by epoll_wait
  const int count =
      ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms);
  const TimePoint now = SteadyClock::now();
  if (now >= date_until_) tell_date();
  dispatched_ = false;
  bool mail = false;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t id = events[static_cast<std::size_t>(i)].data.u64;
    if (id == mailbox_id) {
      mail = true;
    } else if (id < mailbox_id) {
      accept(shared_.listeners[id], now);
    } else if (const auto found = connections_.find(id); found != connections_.end()) {
      found->second->handle_ready(events[static_cast<std::size_t>(i)].events, now);
      settle(id, *found->second);
    }
  }
  if (mail) deliver(now);
  expire(now);
  if (accept_again_ && *accept_again_ <= now && !shared_.stopping) {
    accept_again_.reset();
    watch_listeners(true);
  }
  if (shared_.stopping && !stop_begun_) begin_stop(now);
  if (dispatched_ && shared_.round_done) shared_.round_done();
}

void HttpLoop::accept(int listener, TimePoint now) {
  for (int i = 0; i < accepts_a_round; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const int descriptor = ::accept4(listener, reinterpret_cast<sockaddr*>(&address), &size,
                                     SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) {
      if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return;
      // Out of descriptors: wait instead of spinning, and serve who is here.
      watch_listeners(false);
      accept_again_ = now + accept_pause;
      return;
    }
    const Endpoint peer = from_sockaddr(address);
    if (shared_.stopping || !shared_.admit(peer.address)) {
      ::close(descriptor);
      continue;
    }
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::uint64_t id = ++last_id_;
    auto connection = std::make_unique<HttpConnection>(*this, id, descriptor,
                                                       shared_.current_tls().get(), peer, now);
    connection->armed_events = connection->wanted_events();
    watch(epoll_, EPOLL_CTL_ADD, descriptor, connection->armed_events, id);
    HttpConnection& added = *connections_.emplace(id, std::move(connection)).first->second;
    settle(id, added);
  }
}

void HttpLoop::settle(std::uint64_t id, HttpConnection& connection) {
  if (connection.closed()) {
    const IpAddress address = connection.peer().address;
    connections_.erase(id);  // closing the descriptor takes it out of epoll
    shared_.release(address);
    return;
  }
  const std::uint32_t wanted = connection.wanted_events();
  if (wanted != connection.armed_events && !connection.may_stay_armed()) {
    watch(epoll_, EPOLL_CTL_MOD, connection.descriptor(), wanted, id);
    connection.armed_events = wanted;
  }
  if (connection.deadline() < connection.next_check) {
    connection.next_check = connection.deadline();
    checks_.push({connection.next_check, id});
  }
}

void HttpLoop::deliver(TimePoint now) {
  mailbox_->take(notes_);
  for (auto& note : notes_) {
    const auto found = connections_.find(note.connection);
    if (found == connections_.end()) continue;
    if (note.response) {
      found->second->handle_response(note.turn, std::move(*note.response), now);
    } else {
      found->second->handle_growth(note.turn, now);
    }
    settle(note.connection, *found->second);
  }
  notes_.clear();
}

void HttpLoop::expire(TimePoint now) {
  while (!checks_.empty() && checks_.top().at <= now) {
    const Check check = checks_.top();
    checks_.pop();
    const auto found = connections_.find(check.connection);
    if (found == connections_.end() || found->second->next_check != check.at) continue;
    found->second->next_check = TimePoint::max();
    if (found->second->deadline() <= now) found->second->handle_timeout(now);
    settle(check.connection, *found->second);
  }
}

void HttpLoop::begin_stop(TimePoint now) {
  stop_begun_ = true;
  watch_listeners(false);
  std::vector<std::uint64_t> ids;
  for (const auto& [id, connection] : connections_) ids.push_back(id);
  for (const std::uint64_t id : ids) {
    HttpConnection& connection = *connections_.at(id);
    connection.handle_stop(now);
    settle(id, connection);
  }
}

void HttpLoop::dispatch(HttpRequest request, std::uint64_t connection, std::uint32_t turn) {
  dispatched_ = true;
  shared_.handler(std::move(request),
                  [mailbox = mailbox_, connection, turn](HttpResponse response) {
                    HttpMailbox::post(mailbox, {connection, turn, std::move(response)});
                  });
}

void HttpLoop::follow(BodyStream& stream, std::uint64_t connection, std::uint32_t turn) {
  stream.attach([mailbox = mailbox_, connection, turn] {
    HttpMailbox::post(mailbox, {connection, turn, std::nullopt});
  });
}

void HttpLoop::tell_date() {
  const std::time_t time = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  // The C locale is the program's: the names are the ones that HTTP wants.
  date_.assign(text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %T GMT", &parts));
  date_until_ = SteadyClock::now() + std::chrono::milliseconds(500);
}

}  // namespace common::io
