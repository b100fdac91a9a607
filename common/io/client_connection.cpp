// SPDX-License-Identifier: Apache-2.0
#include "common/io/client_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>

namespace common::io {
namespace {

constexpr auto as_result = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace

Error http_failure(Errc otherwise, const boost::beast::error_code& error) {
  namespace http = boost::beast::http;
  if (error == boost::beast::error::timeout) return fail(Errc::timed_out).value();
  if (error == http::error::body_limit || error == http::error::header_limit) {
    return fail(Errc::response_too_large).value();
  }
  return fail(otherwise, error.message()).value();
}

boost::asio::awaitable<Result<void>> connect(ClientConnection& connection, const HttpUrl& url,
                                             boost::asio::ssl::context& tls,
                                             std::chrono::milliseconds timeout,
                                             const AddressFilter* allowed) {
  connection.stream.expires_after(timeout);
  auto [resolve_error, addresses] =
      co_await connection.resolver.async_resolve(url.host, std::to_string(url.port), as_result);
  if (resolve_error) co_return fail(http_failure(Errc::connection_failed, resolve_error));
  const std::vector<boost::asio::ip::tcp::endpoint> targets =
      allowed != nullptr
          ? (*allowed)(addresses)
          : std::vector<boost::asio::ip::tcp::endpoint>(addresses.begin(), addresses.end());
  if (targets.empty()) co_return fail(Errc::address_refused, url.host);
  auto [connect_error, address] = co_await connection.stream.async_connect(targets, as_result);
  if (connect_error) co_return fail(http_failure(Errc::connection_failed, connect_error));
  boost::beast::error_code ignored;
  connection.stream.socket().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  if (!url.secure) co_return Result<void>{};

  connection.secure.emplace(connection.stream, tls);
  auto& secure = *connection.secure;
  secure.set_verify_callback(boost::asio::ssl::host_name_verification(url.host));
  if (!IpAddress::parse(url.host)) {
    SSL_set_tlsext_host_name(secure.native_handle(), url.host.c_str());
  }
  auto [tls_error] =
      co_await secure.async_handshake(boost::asio::ssl::stream_base::client, as_result);
  if (tls_error) co_return fail(http_failure(Errc::tls_failed, tls_error));
  co_return Result<void>{};
}

}  // namespace common::io
