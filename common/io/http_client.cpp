// SPDX-License-Identifier: Apache-2.0
#include "common/io/http_client.hpp"

#include <future>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "common/errc.hpp"
#include "common/io/client_connection.hpp"
#include "common/io/http_messages.hpp"
#include "common/io/tls_context.hpp"
#include "common/public_address.hpp"

namespace common::io {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// One request from its start to its answer.
struct Call {
  Call(asio::io_context& context, HttpUrl to, HttpClient::Callback callback)
      : url(std::move(to)), done(std::move(callback)), deadline(context) {}

  HttpUrl url;
  http::request<http::string_body> request;
  HttpClient::Callback done;
  asio::steady_timer deadline;
  std::shared_ptr<ClientConnection> connection;
  bool stale = false;  // the kept connection had ended before anything was answered
};

HttpResponse to_response(http::response<http::string_body> message) {
  HttpResponse out;
  out.status = message.result_int();
  for (const auto& field : message) {
    out.headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  out.body = std::move(message.body());
  return out;
}

SslCtxPtr make_context(const HttpClientOptions& options) {
  SslCtxPtr context = make_tls_client_context(options.ca_file.value_or(""));
  if (options.certificate) {
    use_certificate(*context, *options.certificate, options.certificate_key.value_or(""));
  }
  return context;
}

}  // namespace

struct HttpClient::State {
  explicit State(HttpClientOptions given)
      : options(std::move(given)),
        tls(make_context(options).release()),
        work(asio::make_work_guard(context)) {}

  void start(http::verb method, const std::string& url, HttpHeaders headers, std::string body,
             Callback done);
  bool enter(const std::shared_ptr<Call>& call);
  void finish(const std::shared_ptr<Call>& call, Result<HttpResponse> result);
  [[nodiscard]] std::vector<asio::ip::tcp::endpoint> allowed_addresses(const Resolved& found) const;
  asio::awaitable<void> run(std::shared_ptr<Call> call);
  asio::awaitable<Result<HttpResponse>> perform(std::shared_ptr<Call> call);
  asio::awaitable<Result<HttpResponse>> exchange(std::shared_ptr<Call> call);
  template <class Stream>
  asio::awaitable<Result<HttpResponse>> exchange_over(Stream& stream, Call& call);
  std::shared_ptr<ClientConnection> take_idle(const std::string& origin);
  void keep(const std::string& origin, std::shared_ptr<ClientConnection> connection);

  HttpClientOptions options;
  asio::io_context context{1};
  asio::ssl::context tls;
  asio::executor_work_guard<asio::io_context::executor_type> work;
  std::mutex mutex;  // guards calls
  std::set<std::shared_ptr<Call>> calls;
  // The helper thread's, oldest first.
  std::list<std::pair<std::string, std::shared_ptr<ClientConnection>>> idle;
  std::thread thread;
};

bool HttpClient::State::enter(const std::shared_ptr<Call>& call) {
  const std::scoped_lock lock(mutex);
  if (calls.size() >= options.max_in_flight) return false;
  calls.insert(call);
  return true;
}

void HttpClient::State::finish(const std::shared_ptr<Call>& call, Result<HttpResponse> result) {
  {
    const std::scoped_lock lock(mutex);
    if (calls.erase(call) == 0) return;  // the deadline was quicker
  }
  call->deadline.cancel();
  call->done(std::move(result));
}

void HttpClient::State::start(http::verb method, const std::string& url, HttpHeaders headers,
                              std::string body, Callback done) {
  const auto parsed = HttpUrl::parse(url);
  if (!parsed) {
    asio::post(context, [done = std::move(done), error = parsed.error()] { done(fail(error)); });
    return;
  }
  auto call = std::make_shared<Call>(context, *parsed, std::move(done));
  call->request = {method, parsed->target, 11};
  call->request.set(http::field::host, parsed->origin().substr(parsed->secure ? 8 : 7));
  if (options.max_idle == 0) call->request.set(http::field::connection, "close");
  for (const auto& [name, value] : headers.fields()) call->request.insert(name, value);
  call->request.body() = std::move(body);
  call->request.prepare_payload();
  if (!enter(call)) {
    asio::post(context, [call] { call->done(fail(Errc::too_many_requests)); });
    return;
  }
  asio::co_spawn(context, run(std::move(call)), asio::detached);
}

std::vector<asio::ip::tcp::endpoint> HttpClient::State::allowed_addresses(
    const Resolved& found) const {
  std::vector<asio::ip::tcp::endpoint> out;
  for (const auto& entry : found) {
    const IpAddress address = from_asio(entry.endpoint()).address;
    if (!options.public_addresses_only || is_public_address(address) ||
        contains(options.reachable, address)) {
      out.push_back(entry.endpoint());
    }
  }
  return out;
}

asio::awaitable<void> HttpClient::State::run(std::shared_ptr<Call> call) {
  // A timer of its own, since a name look-up cannot be interrupted.
  call->deadline.expires_after(options.total_timeout);
  call->deadline.async_wait([this, call](const beast::error_code& error) {
    if (error) return;
    if (call->connection) call->connection->stream.cancel();
    finish(call, fail(Errc::timed_out));
  });
  auto result = co_await perform(call);
  finish(call, std::move(result));
}

std::shared_ptr<ClientConnection> HttpClient::State::take_idle(const std::string& origin) {
  const auto oldest = std::chrono::steady_clock::now() - options.idle_timeout;
  while (!idle.empty() && idle.front().second->idle_since < oldest) idle.pop_front();
  // The newest: its server is the least likely to have lost patience.
  for (auto it = idle.rbegin(); it != idle.rend(); ++it) {
    if (it->first != origin) continue;
    auto out = std::move(it->second);
    idle.erase(std::next(it).base());
    return out;
  }
  return nullptr;
}

void HttpClient::State::keep(const std::string& origin,
                             std::shared_ptr<ClientConnection> connection) {
  if (idle.size() >= options.max_idle) idle.pop_front();
  connection->stream.expires_never();
  connection->idle_since = std::chrono::steady_clock::now();
  idle.emplace_back(origin, std::move(connection));
}

asio::awaitable<Result<HttpResponse>> HttpClient::State::perform(std::shared_ptr<Call> call) {
  call->connection = take_idle(call->url.origin());
  if (call->connection) {
    auto answer = co_await exchange(call);
    if (!call->stale) co_return answer;
  }
  // Also after a kept connection that the server had closed meanwhile: it has read nothing.
  call->connection = std::make_shared<ClientConnection>(context);
  const AddressFilter filter = [this](const Resolved& found) { return allowed_addresses(found); };
  auto connected =
      co_await connect(*call->connection, call->url, tls, options.connect_timeout, &filter);
  if (!connected) co_return fail(connected.error());
  co_return co_await exchange(call);
}

asio::awaitable<Result<HttpResponse>> HttpClient::State::exchange(std::shared_ptr<Call> call) {
  if (call->connection->secure) co_return co_await exchange_over(*call->connection->secure, *call);
  co_return co_await exchange_over(call->connection->stream, *call);
}

template <class Stream>
asio::awaitable<Result<HttpResponse>> HttpClient::State::exchange_over(Stream& stream, Call& call) {
  const bool kept = call.connection->idle_since != std::chrono::steady_clock::time_point{};
  call.connection->stream.expires_after(options.total_timeout);
  auto [write_error, written] = co_await http::async_write(stream, call.request, as_result);
  (void)written;
  call.stale = kept && write_error && write_error != beast::error::timeout;
  if (write_error) co_return fail(http_failure(Errc::connection_failed, write_error));
  http::response_parser<http::string_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
  parser.body_limit(options.max_body_bytes);
  beast::flat_buffer buffer;
  auto [read_error, size] = co_await http::async_read(stream, buffer, parser, as_result);
  call.stale = kept && read_error && size == 0 && !parser.got_some() &&
               read_error != beast::error::timeout && read_error != asio::error::operation_aborted;
  if (read_error) co_return fail(http_failure(Errc::malformed_response, read_error));
  if (options.max_idle > 0 && parser.get().keep_alive() && buffer.size() == 0) {
    keep(call.url.origin(), call.connection);
  }
  co_return to_response(parser.release());
}

HttpClient::HttpClient(HttpClientOptions options)
    : state_(std::make_unique<State>(std::move(options))) {
  state_->thread = std::thread([this] { state_->context.run(); });
}

HttpClient::~HttpClient() {
  state_->context.stop();
  state_->thread.join();
  const auto left = [this] {
    const std::scoped_lock lock(state_->mutex);
    return state_->calls;
  }();
  for (const auto& call : left) state_->finish(call, fail(Errc::cancelled));
}

void HttpClient::get(const std::string& url, HttpHeaders headers, Callback done) {
  state_->start(http::verb::get, url, std::move(headers), {}, std::move(done));
}

void HttpClient::post(const std::string& url, HttpHeaders headers, std::string body,
                      Callback done) {
  state_->start(http::verb::post, url, std::move(headers), std::move(body), std::move(done));
}

Result<HttpResponse> HttpClient::get(const std::string& url, HttpHeaders headers) {
  auto answer = std::make_shared<std::promise<Result<HttpResponse>>>();
  get(url, std::move(headers),
      [answer](Result<HttpResponse> result) { answer->set_value(std::move(result)); });
  return answer->get_future().get();
}

Result<HttpResponse> HttpClient::post(const std::string& url, HttpHeaders headers,
                                      std::string body) {
  auto answer = std::make_shared<std::promise<Result<HttpResponse>>>();
  post(url, std::move(headers), std::move(body),
       [answer](Result<HttpResponse> result) { answer->set_value(std::move(result)); });
  return answer->get_future().get();
}

}  // namespace common::io
