// SPDX-License-Identifier: Apache-2.0
#include "common/io/http_messages.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/beast/http/error.hpp>

namespace common::io {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

tcp::endpoint to_asio(const Endpoint& endpoint) {
  return {asio::ip::make_address(endpoint.address.to_string()), endpoint.port};
}

Endpoint from_asio(const tcp::endpoint& endpoint) {
  return {IpAddress::parse(endpoint.address().to_string()).value_or(IpAddress{}), endpoint.port()};
}

unsigned status_of(const beast::error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  return 400;
}

bool is_protocol_error(const beast::error_code& error) {
  return error.category() == make_error_code(http::error::bad_method).category() &&
         error != http::error::end_of_stream && error != http::error::partial_message;
}

HttpResponse plain_response(unsigned status) {
  HttpResponse out;
  out.status = status;
  out.headers.add("Content-Type", "text/plain; charset=utf-8");
  out.headers.add("Cache-Control", "no-store");
  out.body = std::string(http_reason(status)) + "\n";
  return out;
}

HttpRequest to_request(const http::request<http::string_body>& message, const Endpoint& peer) {
  HttpRequest out;
  out.method = std::string(message.method_string());
  const std::string_view target(message.target().data(), message.target().size());
  const std::size_t mark = target.find('?');
  out.path = target.substr(0, mark);
  if (mark != std::string_view::npos) out.query = target.substr(mark + 1);
  for (const auto& field : message) {
    out.headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  out.body = message.body();
  out.peer = peer;
  return out;
}

}  // namespace common::io
