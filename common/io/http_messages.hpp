// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "common/endpoint.hpp"
#include "common/http.hpp"

namespace common::io {

// Between the server's types and Asio's and Beast's; for the .cpp files of this folder only.

[[nodiscard]] boost::asio::ip::tcp::endpoint to_asio(const Endpoint& endpoint);
[[nodiscard]] Endpoint from_asio(const boost::asio::ip::tcp::endpoint& endpoint);

[[nodiscard]] HttpRequest to_request(
    const boost::beast::http::request<boost::beast::http::string_body>& message,
    const Endpoint& peer);
/// A refusal by the server itself.
[[nodiscard]] HttpResponse plain_response(unsigned status);

/// True when the peer broke HTTP, so that it gets an answer: the status that status_of() gives.
[[nodiscard]] bool is_protocol_error(const boost::beast::error_code& error);
[[nodiscard]] unsigned status_of(const boost::beast::error_code& error);

}  // namespace common::io
