// SPDX-License-Identifier: Apache-2.0
#include "common/io/http_request_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include "common/io/http_messages.hpp"

namespace common::io {

namespace beast = boost::beast;
namespace http = beast::http;

HttpRequestReader::HttpRequestReader(std::size_t max_header_bytes, std::size_t max_body_bytes) {
  header_limit(static_cast<std::uint32_t>(max_header_bytes));
  body_limit(max_body_bytes);
  eager(true);
}

HttpRequestReader::Progress HttpRequestReader::feed(std::string_view& text) {
  while (!is_done()) {
    beast::error_code error;
    const std::size_t taken = put(boost::asio::buffer(text.data(), text.size()), error);
    text.remove_prefix(taken);
    if (error == http::error::need_more) return Progress::incomplete;
    if (error) {
      refusal_ = status_of(error);
      return Progress::refused;
    }
    if (text.empty() && !is_done()) return Progress::incomplete;
  }
  return Progress::complete;
}

bool HttpRequestReader::take_expectation() {
  return is_header_done() && !is_done() && std::exchange(expectation_, false);
}

void HttpRequestReader::on_request_impl(Verb /*method*/, Text method_text, Text target, int version,
                                        Error& error) {
  version_ = version;
  // RFC 9112 3.2: an absolute or authority form is for proxies.
  if (!target.starts_with('/')) {
    error = http::error::bad_target;
    return;
  }
  request_.method.assign(method_text.data(), method_text.size());
  const std::string_view text(target.data(), target.size());
  const std::size_t mark = text.find('?');
  request_.path = text.substr(0, mark);
  if (mark != std::string_view::npos) request_.query = text.substr(mark + 1);
}

void HttpRequestReader::on_response_impl(int, Text, int, Error&) {}

void HttpRequestReader::on_field_impl(Field name, Text name_text, Text value, Error& /*error*/) {
  if (name == http::field::host) ++hosts_;
  if (name == http::field::expect) expectation_ = beast::iequals(value, "100-continue");
  request_.headers.add(std::string(name_text.data(), name_text.size()),
                       std::string(value.data(), value.size()));
}

void HttpRequestReader::on_header_impl(Error& error) {
  if (hosts_ != 1) error = http::error::bad_field;  // RFC 9112 3.2
}

void HttpRequestReader::on_body_init_impl(const boost::optional<std::uint64_t>& size, Error&) {
  if (size) request_.body.reserve(static_cast<std::size_t>(*size));  // body_limit stands above it
}

std::size_t HttpRequestReader::on_body_impl(Text body, Error& /*error*/) {
  request_.body.append(body.data(), body.size());
  return body.size();
}

void HttpRequestReader::on_chunk_header_impl(std::uint64_t, Text, Error&) {}

std::size_t HttpRequestReader::on_chunk_body_impl(std::uint64_t, Text body, Error& /*error*/) {
  request_.body.append(body.data(), body.size());
  return body.size();
}

void HttpRequestReader::on_finish_impl(Error&) {}

}  // namespace common::io
