// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/error.hpp>

#include "common/endpoint.hpp"
#include "common/http.hpp"

namespace common::io {

// Between the server's types and Asio's and Beast's; for the .cpp files of this folder only.

[[nodiscard]] Endpoint from_asio(const boost::asio::ip::tcp::endpoint& endpoint);

/// A refusal by the server itself.
[[nodiscard]] HttpResponse plain_response(unsigned status);

/// The status to refuse a peer with that broke HTTP.
[[nodiscard]] unsigned status_of(const boost::beast::error_code& error);

}  // namespace common::io
