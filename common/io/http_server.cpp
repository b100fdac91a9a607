// SPDX-License-Identifier: Apache-2.0
#include "common/io/http_server.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unordered_map>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "common/io/http_messages.hpp"
#include "common/io/http_server_metrics.hpp"
#include "common/io/tls_context.hpp"
#include "common/log.hpp"

namespace common::io {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using Strand = asio::strand<asio::io_context::executor_type>;
using SteadyTimer = asio::steady_timer;
using RequestParser = http::request_parser<http::string_body>;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_chunk = 8 * 1024;

/// Lets a Reply that outlives the server find out that there is nobody left to answer. Owns the
/// loop, because a strand held by such a Reply must not outlive it.
struct Lifeline {
  explicit Lifeline(std::size_t threads) : context(static_cast<int>(threads)) {}
  asio::io_context context;
  std::mutex mutex;
  bool alive = true;
};

/// A request at its handler: the timer is the bell that the coroutine waits on.
struct Pending {
  explicit Pending(const Strand& strand) : timer(strand) {}
  SteadyTimer timer;
  std::optional<HttpResponse> response;
  bool given_up = false;
};

/// What ends a connection early: closes its socket on its own strand.
struct Session {
  explicit Session(tcp::socket socket) : stream(std::move(socket)) {}
  beast::tcp_stream stream;
  bool busy = false;  // a request is being answered
};

}  // namespace

struct HttpServer::State {
  State(HttpServerOptions given, Handler given_handler, Metrics& given_metrics)
      : options(std::move(given)),
        handler(std::move(given_handler)),
        metrics(given_metrics, options.metrics_prefix),
        lifeline(std::make_shared<Lifeline>(options.threads)),
        context(lifeline->context) {}

  void load_tls();
  std::shared_ptr<asio::ssl::context> current_tls();
  void listen();
  asio::awaitable<void> accept(tcp::acceptor& acceptor);
  asio::awaitable<void> serve(std::shared_ptr<Session> session, Strand strand, Endpoint peer);
  template <class Stream>
  asio::awaitable<void> converse(Stream& stream, std::shared_ptr<Session> session, Strand strand,
                                 Endpoint peer);
  template <class Stream>
  asio::awaitable<bool> read_request(Stream& stream, Session& session, beast::flat_buffer& buffer,
                                     RequestParser& parser, unsigned& refusal);
  asio::awaitable<HttpResponse> answer(HttpRequest request, Strand strand);
  template <class Stream>
  asio::awaitable<bool> write(Stream& stream, Session& session, HttpResponse response,
                              bool keep_alive, bool head);
  Reply make_reply(std::shared_ptr<Pending> pending, Strand strand);
  bool admit(const IpAddress& address);
  void release(const IpAddress& address, const Session* session);
  void close_sessions(bool idle_only);

  HttpServerOptions options;
  Handler handler;
  ServerMetrics metrics;
  std::shared_ptr<Lifeline> lifeline;
  asio::io_context& context;
  std::vector<std::unique_ptr<tcp::acceptor>> acceptors;
  std::vector<std::thread> threads;
  std::atomic<bool> stopping = false;
  std::mutex mutex;                         // guards what follows
  std::shared_ptr<asio::ssl::context> tls;  // null: plain; a connection keeps the one it began with
  std::map<IpAddress, std::size_t> connections_of;
  std::unordered_map<const Session*, std::weak_ptr<Session>> sessions;
  std::size_t connections = 0;
};

void HttpServer::State::load_tls() {
  if (!options.tls) return;
  auto fresh = std::make_shared<asio::ssl::context>(
      make_tls_server_context(options.tls->certificate_chain, options.tls->private_key).release());
  const std::scoped_lock lock(mutex);
  tls = std::move(fresh);
}

std::shared_ptr<asio::ssl::context> HttpServer::State::current_tls() {
  const std::scoped_lock lock(mutex);
  return tls;
}

void HttpServer::State::listen() {
  load_tls();
  for (const Endpoint& endpoint : options.listen) {
    auto acceptor = std::make_unique<tcp::acceptor>(context);
    beast::error_code error;
    const tcp::endpoint local = to_asio(endpoint);
    acceptor->open(local.protocol(), error);
    if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && local.address().is_v6()) acceptor->set_option(asio::ip::v6_only(true), error);
    if (!error) acceptor->bind(local, error);
    if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      throw std::runtime_error("cannot listen on " + endpoint.to_string() + ": " + error.message());
    }
    acceptors.push_back(std::move(acceptor));
  }
}

bool HttpServer::State::admit(const IpAddress& address) {
  const std::scoped_lock lock(mutex);
  std::size_t& own = connections_of[address];
  if (connections >= options.max_connections || own >= options.max_connections_per_address) {
    if (own == 0) connections_of.erase(address);
    metrics.over_limit.add();
    return false;
  }
  ++own;
  ++connections;
  metrics.connections.set(static_cast<double>(connections));
  return true;
}

void HttpServer::State::release(const IpAddress& address, const Session* session) {
  const std::scoped_lock lock(mutex);
  sessions.erase(session);
  if (--connections_of[address] == 0) connections_of.erase(address);
  --connections;
  metrics.connections.set(static_cast<double>(connections));
}

asio::awaitable<void> HttpServer::State::accept(tcp::acceptor& acceptor) {
  while (acceptor.is_open()) {
    const Strand strand = asio::make_strand(context);
    auto [error, socket] = co_await acceptor.async_accept(strand, as_result);
    if (error) {
      if (!acceptor.is_open()) co_return;
      // Out of descriptors or the like: wait instead of spinning.
      SteadyTimer pause(context, std::chrono::milliseconds(50));
      auto [waited] = co_await pause.async_wait(as_result);
      (void)waited;
      continue;
    }
    beast::error_code gone;
    const tcp::endpoint remote = socket.remote_endpoint(gone);
    if (gone) continue;
    const Endpoint peer = from_asio(remote);
    if (stopping || !admit(peer.address)) continue;
    beast::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    auto session = std::make_shared<Session>(std::move(socket));
    {
      const std::scoped_lock lock(mutex);
      sessions.emplace(session.get(), session);
    }
    asio::co_spawn(strand, serve(std::move(session), strand, peer), asio::detached);
  }
}

asio::awaitable<void> HttpServer::State::serve(std::shared_ptr<Session> session, Strand strand,
                                               Endpoint peer) {
  if (const auto own_tls = current_tls()) {
    beast::ssl_stream<beast::tcp_stream&> stream(session->stream, *own_tls);
    session->stream.expires_after(options.handshake_timeout);
    auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_result);
    if (error == beast::error::timeout) metrics.timeouts.add();
    if (!error) {
      co_await converse(stream, session, strand, peer);
      session->stream.expires_after(std::chrono::seconds(2));
      auto [ended] = co_await stream.async_shutdown(as_result);
      (void)ended;
    }
  } else {
    co_await converse(session->stream, session, strand, peer);
  }
  beast::error_code ignored;
  session->stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
  session->stream.close();
  release(peer.address, session.get());
}

/// Reads one request; false ends the connection, after `refusal` was sent when it is not 0.
template <class Stream>
asio::awaitable<bool> HttpServer::State::read_request(Stream& stream, Session& session,
                                                      beast::flat_buffer& buffer,
                                                      RequestParser& parser, unsigned& refusal) {
  if (buffer.size() == 0) {
    session.stream.expires_after(options.idle_timeout);
    auto [error, size] = co_await stream.async_read_some(buffer.prepare(read_chunk), as_result);
    if (error) co_return false;
    buffer.commit(size);
  }
  // The deadlines stand for the whole header and the whole body, so a trickle does not extend them.
  session.busy = true;
  session.stream.expires_after(options.header_timeout);
  auto [header_error, header_size] =
      co_await http::async_read_header(stream, buffer, parser, as_result);
  (void)header_size;
  beast::error_code error = header_error;
  if (!error) {
    const auto& message = parser.get();
    // RFC 9112 3.2: exactly one Host. An absolute or authority form is for proxies.
    if (message.count(http::field::host) != 1 || !message.target().starts_with('/')) {
      refusal = 400;
      co_return false;
    }
    if (beast::iequals(message[http::field::expect], "100-continue")) {
      const http::response<http::empty_body> go_on(http::status::continue_, 11);
      auto [write_error, written] = co_await http::async_write(stream, go_on, as_result);
      (void)written;
      if (write_error) co_return false;
    }
    session.stream.expires_after(options.body_timeout);
    auto [body_error, body_size] = co_await http::async_read(stream, buffer, parser, as_result);
    (void)body_size;
    error = body_error;
  }
  if (error == beast::error::timeout) metrics.timeouts.add();
  if (error && is_protocol_error(error)) refusal = status_of(error);
  co_return !error;
}

template <class Stream>
asio::awaitable<bool> HttpServer::State::write(Stream& stream, Session& session,
                                               HttpResponse response, bool keep_alive, bool head) {
  http::response<http::span_body<const char>> message;
  message.version(11);
  message.result(response.status);
  message.reason(std::string(http_reason(response.status)));
  for (const auto& [name, value] : response.headers.fields()) message.insert(name, value);
  message.keep_alive(keep_alive);
  const std::string& body = response.shared_body ? *response.shared_body : response.body;
  if (response.status != 204 && response.status != 304) message.content_length(body.size());
  if (!head) message.body() = beast::span<const char>(body.data(), body.size());
  const unsigned hundreds = std::min(std::max(response.status / 100U, 1U), 5U);
  metrics.responses[hundreds - 1].add();
  session.stream.expires_after(options.write_timeout);
  http::response_serializer<http::span_body<const char>> serializer(message);
  auto [error, size] = co_await http::async_write(stream, serializer, as_result);
  (void)size;
  if (error == beast::error::timeout) metrics.timeouts.add();
  co_return !error;
}

HttpServer::Reply HttpServer::State::make_reply(std::shared_ptr<Pending> pending, Strand strand) {
  return
      [line = lifeline, pending = std::weak_ptr<Pending>(pending), strand](HttpResponse response) {
        const std::scoped_lock lock(line->mutex);
        if (!line->alive) return;
        asio::post(strand, [pending, response = std::move(response)]() mutable {
          const auto waiting = pending.lock();
          if (!waiting || waiting->response || waiting->given_up) return;
          waiting->response = std::move(response);
          waiting->timer.cancel();
        });
      };
}

asio::awaitable<HttpResponse> HttpServer::State::answer(HttpRequest request, Strand strand) {
  const auto pending = std::make_shared<Pending>(strand);
  pending->timer.expires_after(options.handler_timeout);
  handler(std::move(request), make_reply(pending, strand));
  // A reply cannot overtake this wait: it is posted to the strand that runs us.
  auto [error] = co_await pending->timer.async_wait(as_result);
  (void)error;
  if (!pending->response) {
    pending->given_up = true;
    metrics.timeouts.add();
    co_return plain_response(503);
  }
  co_return std::move(*pending->response);
}

template <class Stream>
asio::awaitable<void> HttpServer::State::converse(Stream& stream, std::shared_ptr<Session> session,
                                                  Strand strand, Endpoint peer) {
  beast::flat_buffer buffer(options.max_header_bytes + options.max_body_bytes + read_chunk);
  for (bool keep_alive = true; keep_alive;) {
    RequestParser parser;
    parser.header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
    parser.body_limit(options.max_body_bytes);
    unsigned refusal = 0;
    session->busy = false;
    if (stopping) co_return;
    const bool complete = co_await read_request(stream, *session, buffer, parser, refusal);
    if (!complete) {
      if (refusal == 0) co_return;
      metrics.bad_requests.add();
      co_await write(stream, *session, plain_response(refusal), false, false);
      co_return;
    }
    const auto began = std::chrono::steady_clock::now();
    HttpRequest request = to_request(parser.get(), peer);
    const bool head = request.method == "HEAD";
    if (head) request.method = "GET";
    session->stream.expires_never();
    HttpResponse response = co_await answer(std::move(request), strand);
    keep_alive = parser.get().keep_alive() && !stopping;
    const bool written = co_await write(stream, *session, std::move(response), keep_alive, head);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    metrics.seconds.observe(took.count());
    if (!written) co_return;
  }
}

void HttpServer::State::close_sessions(bool idle_only) {
  const std::scoped_lock lock(mutex);
  for (const auto& [key, weak] : sessions) {
    const auto session = weak.lock();
    if (!session) continue;
    asio::post(session->stream.get_executor(), [session, idle_only] {
      if (!idle_only || !session->busy) session->stream.cancel();
    });
  }
}

HttpServer::HttpServer(HttpServerOptions options, Handler handler, Metrics& metrics)
    : state_(std::make_unique<State>(std::move(options), std::move(handler), metrics)) {
  state_->listen();
}

HttpServer::~HttpServer() { stop(std::chrono::milliseconds(0)); }

void HttpServer::reload_tls() { state_->load_tls(); }

void HttpServer::start() {
  for (auto& acceptor : state_->acceptors) {
    asio::co_spawn(state_->context, state_->accept(*acceptor), asio::detached);
  }
  for (std::size_t i = 0; i < state_->options.threads; ++i) {
    state_->threads.emplace_back([this] { state_->context.run(); });
  }
}

void HttpServer::stop(std::chrono::milliseconds grace) {
  if (state_->stopping.exchange(true)) return;
  asio::post(state_->context, [this] {
    for (auto& acceptor : state_->acceptors) acceptor->close();
  });
  state_->close_sessions(true);
  const auto deadline = std::chrono::steady_clock::now() + grace;
  const auto open = [this] {
    const std::scoped_lock lock(state_->mutex);
    return state_->connections;
  };
  while (open() > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  state_->context.stop();
  for (auto& thread : state_->threads) thread.join();
  const std::scoped_lock lock(state_->lifeline->mutex);
  state_->lifeline->alive = false;
}

std::vector<Endpoint> HttpServer::endpoints() const {
  std::vector<Endpoint> out;
  for (const auto& acceptor : state_->acceptors)
    out.push_back(from_asio(acceptor->local_endpoint()));
  return out;
}

}  // namespace common::io
