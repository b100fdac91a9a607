// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "common/errc.hpp"
#include "common/http.hpp"

namespace common::io {

/// A client's connection to one origin. For the .cpp files of this folder only.
struct ClientConnection {
  explicit ClientConnection(boost::asio::io_context& context)
      : resolver(context), stream(context) {}

  boost::asio::ip::tcp::resolver resolver;
  boost::beast::tcp_stream stream;
  std::optional<boost::beast::ssl_stream<boost::beast::tcp_stream&>> secure;  // https
  std::chrono::steady_clock::time_point idle_since{};
};

using Resolved = boost::asio::ip::tcp::resolver::results_type;
/// Which of a name's addresses may be connected to.
using AddressFilter =
    std::function<std::vector<boost::asio::ip::tcp::endpoint>(const Resolved& found)>;

/// Name look-up, TCP and, for https, TLS with chain and host name verified.
[[nodiscard]] boost::asio::awaitable<Result<void>> connect(ClientConnection& connection,
                                                           const HttpUrl& url,
                                                           boost::asio::ssl::context& tls,
                                                           std::chrono::milliseconds timeout,
                                                           const AddressFilter* allowed = nullptr);

/// What Beast's error means to the caller.
[[nodiscard]] Error http_failure(Errc otherwise, const boost::beast::error_code& error);

}  // namespace common::io
