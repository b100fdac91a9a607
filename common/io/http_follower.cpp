// SPDX-License-Identifier: Apache-2.0
#include "common/io/http_follower.hpp"

#include <array>
#include <atomic>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "common/io/client_connection.hpp"
#include "common/io/tls_context.hpp"

namespace common::io {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

}  // namespace

struct HttpFollower::State {
  State(const HttpClientOptions& given, std::chrono::milliseconds longest_silence)
      : options(given),
        silence(longest_silence),
        tls(make_tls_client_context(given.ca_file.value_or("")).release()) {
    if (given.certificate) {
      use_certificate(*tls.native_handle(), *given.certificate, given.certificate_key.value_or(""));
    }
  }

  struct Reading {
    explicit Reading(asio::io_context& context) : connection(context) {}
    ClientConnection connection;
    HttpUrl url;
    http::request<http::empty_body> request;
    const OnText* on_text = nullptr;
    Result<unsigned> outcome = fail(Errc::cancelled);
  };

  asio::awaitable<void> run(Reading& reading);
  template <class Stream>
  asio::awaitable<Result<unsigned>> read(Stream& stream, Reading& reading);

  const HttpClientOptions options;
  const std::chrono::milliseconds silence;
  asio::ssl::context tls;
  asio::io_context context{1};
  std::atomic<bool> cancelled = false;
};

asio::awaitable<void> HttpFollower::State::run(Reading& reading) {
  auto connected = co_await connect(reading.connection, reading.url, tls, options.connect_timeout);
  if (!connected) {
    reading.outcome = fail(connected.error());
  } else if (reading.connection.secure) {
    reading.outcome = co_await read(*reading.connection.secure, reading);
  } else {
    reading.outcome = co_await read(reading.connection.stream, reading);
  }
}

template <class Stream>
asio::awaitable<Result<unsigned>> HttpFollower::State::read(Stream& stream, Reading& reading) {
  auto& timer = reading.connection.stream;
  timer.expires_after(options.total_timeout);
  auto [write_error, written] = co_await http::async_write(stream, reading.request, as_result);
  (void)written;
  if (write_error) co_return fail(http_failure(Errc::connection_failed, write_error));
  http::response_parser<http::buffer_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
  parser.body_limit(boost::none);
  boost::beast::flat_buffer buffer;
  auto [head_error, head_size] =
      co_await http::async_read_header(stream, buffer, parser, as_result);
  (void)head_size;
  if (head_error) co_return fail(http_failure(Errc::malformed_response, head_error));
  const unsigned status = parser.get().result_int();
  if (status != 200) co_return status;
  std::array<char, 8192> piece{};
  while (!parser.is_done()) {
    parser.get().body().data = piece.data();
    parser.get().body().size = piece.size();
    timer.expires_after(silence);
    auto [error, size] = co_await http::async_read_some(stream, buffer, parser, as_result);
    (void)size;
    const bool full = error == http::error::need_buffer;
    if (error && !full) co_return fail(http_failure(Errc::connection_failed, error));
    const std::size_t got = piece.size() - parser.get().body().size;
    if (got > 0 && !(*reading.on_text)(std::string_view(piece.data(), got))) co_return status;
  }
  co_return status;
}

HttpFollower::HttpFollower(const HttpClientOptions& options, std::chrono::milliseconds silence)
    : state_(std::make_unique<State>(options, silence)) {}

HttpFollower::~HttpFollower() = default;

Result<unsigned> HttpFollower::follow(const std::string& url, const HttpHeaders& headers,
                                      const OnText& on_text) {
  auto parsed = HttpUrl::parse(url);
  if (!parsed) return fail(parsed.error());
  State& s = *state_;
  s.context.restart();
  if (s.cancelled) return fail(Errc::cancelled);
  State::Reading reading(s.context);
  reading.url = std::move(*parsed);
  reading.on_text = &on_text;
  reading.request = {http::verb::get, reading.url.target, 11};
  reading.request.set(http::field::host, reading.url.origin().substr(reading.url.secure ? 8 : 7));
  for (const auto& [name, value] : headers.fields()) reading.request.insert(name, value);
  asio::co_spawn(s.context, s.run(reading), asio::detached);
  s.context.run();
  if (!s.cancelled) return reading.outcome;
  // What was under way holds `reading`: let it end before that goes.
  reading.connection.stream.close();
  reading.connection.resolver.cancel();
  s.context.restart();
  s.context.run();
  return fail(Errc::cancelled);
}

void HttpFollower::cancel() {
  state_->cancelled = true;
  state_->context.stop();
}

}  // namespace common::io
