// SPDX-License-Identifier: Apache-2.0
#include "common/io/http_messages.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/beast/http/error.hpp>

namespace common::io {

namespace beast = boost::beast;
namespace http = beast::http;
using tcp = boost::asio::ip::tcp;

Endpoint from_asio(const tcp::endpoint& endpoint) {
  return {IpAddress::parse(endpoint.address().to_string()).value_or(IpAddress{}), endpoint.port()};
}

unsigned status_of(const beast::error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  return 400;
}

HttpResponse plain_response(unsigned status) {
  HttpResponse out;
  out.status = status;
  out.headers.add("Content-Type", "text/plain; charset=utf-8");
  out.headers.add("Cache-Control", "no-store");
  out.body = std::string(http_reason(status)) + "\n";
  return out;
}

}  // namespace common::io
