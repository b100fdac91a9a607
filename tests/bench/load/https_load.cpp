// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/https_load.hpp"

#include <sys/epoll.h>

#include <array>

namespace bench {

using Clock = std::chrono::steady_clock;

HttpsLoad::HttpsLoad(const common::Endpoint& server, std::string host, HttpsRequest request)
    : server_(server),
      head_(request.method + " " + request.target + " HTTP/1.1\r\nHost: " + std::move(host)),
      body_(std::move(request.body)),
      context_(SSL_CTX_new(TLS_client_method())),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  for (const auto& field : request.fields) head_ += "\r\n" + field;
}

void HttpsLoad::connect(std::size_t count, const std::vector<std::string>& tokens) {
  if (!tokens.empty()) count = tokens.size();
  for (std::size_t i = 0; i < count; ++i) {
    auto connection = std::make_unique<HttpsConnection>(server_, context_.get());
    if (!tokens.empty()) connection->token = tokens[i];
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = connection.get();
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection->descriptor(), &event);
    connections_.push_back(std::move(connection));
  }
}

void HttpsLoad::send(HttpsConnection& connection, Clock::time_point scheduled) {
  std::string body = body_;
  if (const std::size_t at = body.find("@token@"); at != std::string::npos) {
    body.replace(at, 7, connection.token);
  }
  buffer_ = head_;
  if (!body.empty()) buffer_ += "\r\nContent-Length: " + std::to_string(body.size());
  buffer_ += "\r\n\r\n" + body;
  connection.send(buffer_, scheduled);
}

void HttpsLoad::finish(HttpsConnection& connection, HttpsLoadResult& result) {
  ++result.done;
  if (connection.status() != 200) ++result.failed;
  result.latency.add(Clock::now() - connection.scheduled());
  if (connection.token.empty()) return;
  constexpr std::string_view name = "\"refresh_token\":\"";
  const std::string_view body = connection.body();
  const std::size_t at = body.find(name);
  if (at == std::string_view::npos) return;
  const std::string_view rest = body.substr(at + name.size());
  connection.token = rest.substr(0, rest.find('"'));
}

HttpsLoadResult HttpsLoad::run(std::chrono::nanoseconds duration, double rate) {
  HttpsLoadResult result;
  const auto began = Clock::now();
  const auto end = began + duration;
  const std::chrono::duration<double, std::nano> gap(rate > 0 ? 1e9 / rate : 0);
  std::uint64_t scheduled = 0;
  std::size_t busy = 0;
  free_.clear();
  for (const auto& connection : connections_) {
    free_.push_back(connection.get());
    // What else the peer sends, such as session tickets, is read with the first answer.
  }
  std::array<epoll_event, 256> events;  // filled by epoll_wait
  while (true) {
    const auto now = Clock::now();
    const bool over = now >= end;
    if (over && busy == 0) break;
    while (!over && !free_.empty()) {
      const auto at = rate > 0 ? began + std::chrono::duration_cast<Clock::duration>(
                                             gap * static_cast<double>(scheduled))
                               : now;
      if (at > now) break;
      ++scheduled;
      ++busy;
      send(*free_.back(), at);
      free_.pop_back();
    }
    const int count =
        ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), rate > 0 ? 0 : 100);
    for (int i = 0; i < count; ++i) {
      auto& connection =
          *static_cast<HttpsConnection*>(events[static_cast<std::size_t>(i)].data.ptr);
      const bool asked = connection.busy();
      if (!connection.receive() || !asked) continue;
      --busy;
      finish(connection, result);
      free_.push_back(&connection);
    }
  }
  result.took = Clock::now() - began;
  return result;
}

std::vector<std::string> HttpsLoad::tokens() const {
  std::vector<std::string> out;
  for (const auto& connection : connections_) {
    if (!connection->token.empty()) out.push_back(connection->token);
  }
  return out;
}

}  // namespace bench
