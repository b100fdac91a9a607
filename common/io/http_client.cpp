// SPDX-License-Identifier: Apache-2.0
#include "common/io/http_client.hpp"

#include <future>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "common/errc.hpp"
#include "common/io/http_messages.hpp"
#include "common/io/tls_context.hpp"
#include "common/public_address.hpp"

namespace common::io {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// One request from its start to its answer.
struct Call {
  Call(asio::io_context& context, HttpUrl to, HttpClient::Callback callback)
      : url(std::move(to)),
        done(std::move(callback)),
        deadline(context),
        resolver(context),
        stream(context) {}

  HttpUrl url;
  http::request<http::string_body> request;
  HttpClient::Callback done;
  asio::steady_timer deadline;
  tcp::resolver resolver;
  beast::tcp_stream stream;
};

tl::unexpected<Error> failure(Errc otherwise, const beast::error_code& error) {
  if (error == beast::error::timeout) return fail(Errc::timed_out);
  if (error == http::error::body_limit || error == http::error::header_limit) {
    return fail(Errc::response_too_large);
  }
  return fail(otherwise, error.message());
}

HttpResponse to_response(http::response<http::string_body> message) {
  HttpResponse out;
  out.status = message.result_int();
  for (const auto& field : message) {
    out.headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  out.body = std::move(message.body());
  return out;
}

}  // namespace

struct HttpClient::State {
  explicit State(HttpClientOptions given)
      : options(std::move(given)),
        tls(make_tls_client_context(options.ca_file.value_or("")).release()),
        work(asio::make_work_guard(context)) {}

  void start(http::verb method, const std::string& url, HttpHeaders headers, std::string body,
             Callback done);
  bool enter(const std::shared_ptr<Call>& call);
  void finish(const std::shared_ptr<Call>& call, Result<HttpResponse> result);
  [[nodiscard]] std::vector<tcp::endpoint> allowed_addresses(
      const tcp::resolver::results_type& found) const;
  asio::awaitable<void> run(std::shared_ptr<Call> call);
  asio::awaitable<Result<HttpResponse>> perform(std::shared_ptr<Call> call);
  template <class Stream>
  asio::awaitable<Result<HttpResponse>> exchange(Stream& stream, Call& call);

  HttpClientOptions options;
  asio::io_context context{1};
  asio::ssl::context tls;
  asio::executor_work_guard<asio::io_context::executor_type> work;
  std::mutex mutex;  // guards calls
  std::set<std::shared_ptr<Call>> calls;
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
  call->request.set(http::field::connection, "close");
  for (const auto& [name, value] : headers.fields()) call->request.insert(name, value);
  call->request.body() = std::move(body);
  call->request.prepare_payload();
  if (!enter(call)) {
    asio::post(context, [call] { call->done(fail(Errc::too_many_requests)); });
    return;
  }
  asio::co_spawn(context, run(std::move(call)), asio::detached);
}

std::vector<tcp::endpoint> HttpClient::State::allowed_addresses(
    const tcp::resolver::results_type& found) const {
  std::vector<tcp::endpoint> out;
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
    call->stream.cancel();
    finish(call, fail(Errc::timed_out));
  });
  auto result = co_await perform(call);
  finish(call, std::move(result));
}

asio::awaitable<Result<HttpResponse>> HttpClient::State::perform(std::shared_ptr<Call> call) {
  call->stream.expires_after(options.connect_timeout);
  auto [resolve_error, addresses] = co_await call->resolver.async_resolve(
      call->url.host, std::to_string(call->url.port), as_result);
  if (resolve_error) co_return failure(Errc::connection_failed, resolve_error);
  const auto allowed = allowed_addresses(addresses);
  if (allowed.empty()) co_return fail(Errc::address_refused, call->url.host);
  auto [connect_error, address] = co_await call->stream.async_connect(allowed, as_result);
  if (connect_error) co_return failure(Errc::connection_failed, connect_error);
  if (!call->url.secure) co_return co_await exchange(call->stream, *call);

  beast::ssl_stream<beast::tcp_stream&> secure(call->stream, tls);
  secure.set_verify_callback(asio::ssl::host_name_verification(call->url.host));
  if (!IpAddress::parse(call->url.host)) {
    SSL_set_tlsext_host_name(secure.native_handle(), call->url.host.c_str());
  }
  auto [tls_error] = co_await secure.async_handshake(asio::ssl::stream_base::client, as_result);
  if (tls_error) co_return failure(Errc::tls_failed, tls_error);
  co_return co_await exchange(secure, *call);
}

template <class Stream>
asio::awaitable<Result<HttpResponse>> HttpClient::State::exchange(Stream& stream, Call& call) {
  call.stream.expires_after(options.total_timeout);
  auto [write_error, written] = co_await http::async_write(stream, call.request, as_result);
  (void)written;
  if (write_error) co_return failure(Errc::connection_failed, write_error);
  http::response_parser<http::string_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
  parser.body_limit(options.max_body_bytes);
  beast::flat_buffer buffer;
  auto [read_error, size] = co_await http::async_read(stream, buffer, parser, as_result);
  (void)size;
  if (read_error) co_return failure(Errc::malformed_response, read_error);
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
