// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/beast/http/basic_parser.hpp>

#include "common/http.hpp"

namespace common::io {

/// Octets in, one request out: Beast's parser, which refuses what is ambiguous, writing straight
/// into our request. For the .cpp files of this folder only.
class HttpRequestReader final : public boost::beast::http::basic_parser<true> {
 public:
  HttpRequestReader(std::size_t max_header_bytes, std::size_t max_body_bytes);

  enum class Progress { incomplete, complete, refused };
  /// Takes what it can from the front of `text` and removes it there.
  Progress feed(std::string_view& text);
  /// The status to refuse with.
  [[nodiscard]] unsigned refusal() const { return refusal_; }
  /// True once, when the header is complete and its sender waits for leave to send the body.
  [[nodiscard]] bool take_expectation();
  [[nodiscard]] bool persistent() const { return version_ == 11 && keep_alive(); }
  [[nodiscard]] HttpRequest& request() { return request_; }

 private:
  using Verb = boost::beast::http::verb;
  using Field = boost::beast::http::field;
  using Text = boost::beast::string_view;
  using Error = boost::beast::error_code;

  void on_request_impl(Verb method, Text method_text, Text target, int version,
                       Error& error) override;
  void on_response_impl(int code, Text reason, int version, Error& error) override;
  void on_field_impl(Field name, Text name_text, Text value, Error& error) override;
  void on_header_impl(Error& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& size, Error& error) override;
  std::size_t on_body_impl(Text body, Error& error) override;
  void on_chunk_header_impl(std::uint64_t size, Text extensions, Error& error) override;
  std::size_t on_chunk_body_impl(std::uint64_t remaining, Text body, Error& error) override;
  void on_finish_impl(Error& error) override;

  HttpRequest request_;
  int version_ = 0;
  int hosts_ = 0;
  bool expectation_ = false;
  unsigned refusal_ = 0;
};

}  // namespace common::io
