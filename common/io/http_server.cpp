// SPDX-License-Identifier: Apache-2.0
#include "common/io/http_server.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "common/io/http_loop.hpp"
#include "common/io/sockaddr.hpp"

namespace common::io {
namespace {

int listen_on(const Endpoint& endpoint) {
  sockaddr_storage address{};
  const socklen_t size = to_sockaddr(endpoint, address);
  const int descriptor =
      ::socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (endpoint.address.is_v6()) {
    ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  if (descriptor < 0 || ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(descriptor, SOMAXCONN) != 0) {
    const std::string reason = std::strerror(errno);
    if (descriptor >= 0) ::close(descriptor);
    throw std::runtime_error("cannot listen on " + endpoint.to_string() + ": " + reason);
  }
  return descriptor;
}

Endpoint bound(int descriptor, Endpoint asked) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  asked.port = from_sockaddr(address).port;
  return asked;
}

}  // namespace

struct HttpServer::State {
  State(HttpServerOptions options, Handler handler, RoundDone round_done, Metrics& metrics)
      : shared(std::move(options), std::move(handler), std::move(round_done), metrics) {}
  ~State() {
    loops.clear();
    for (const int listener : shared.listeners) ::close(listener);
  }

  HttpServerShared shared;
  std::vector<std::unique_ptr<HttpLoop>> loops;
  std::vector<Endpoint> endpoints;
};

HttpServer::HttpServer(HttpServerOptions options, Handler handler, Metrics& metrics,
                       RoundDone round_done)
    : state_(std::make_unique<State>(std::move(options), std::move(handler), std::move(round_done),
                                     metrics)) {
  HttpServerShared& shared = state_->shared;
  shared.load_tls();
  for (const Endpoint& endpoint : shared.options.listen) {
    shared.listeners.push_back(listen_on(endpoint));
    state_->endpoints.push_back(bound(shared.listeners.back(), endpoint));
  }
  for (std::size_t i = 0; i < shared.options.threads; ++i) {
    state_->loops.push_back(std::make_unique<HttpLoop>(shared));
  }
}

HttpServer::~HttpServer() { stop(std::chrono::milliseconds(0)); }

void HttpServer::reload_tls() { state_->shared.load_tls(); }

void HttpServer::start() {
  for (const auto& loop : state_->loops) loop->start();
}

void HttpServer::stop(std::chrono::milliseconds grace) {
  HttpServerShared& shared = state_->shared;
  if (shared.stopping.exchange(true)) return;
  const auto wake_all = [this] {
    for (const auto& loop : state_->loops) loop->wake();
  };
  wake_all();
  const auto deadline = SteadyClock::now() + grace;
  while (shared.open_connections() > 0 && SteadyClock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  shared.ended = true;
  wake_all();
  for (const auto& loop : state_->loops) loop->join();
}

std::vector<Endpoint> HttpServer::endpoints() const { return state_->endpoints; }

}  // namespace common::io
