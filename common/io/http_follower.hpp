// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/http.hpp"
#include "common/io/http_client.hpp"
#include "common/result.hpp"

namespace common::io {

/// Reads a response that goes on, such as text/event-stream, on the caller's thread. TLS as in
/// HttpClient.
class HttpFollower {
 public:
  /// `silence`: a response that says nothing for so long has ended with Errc::timed_out. Throws
  /// std::runtime_error when a TLS file cannot be used.
  HttpFollower(const HttpClientOptions& options, std::chrono::milliseconds silence);
  ~HttpFollower();
  HttpFollower(const HttpFollower&) = delete;
  HttpFollower& operator=(const HttpFollower&) = delete;

  /// Called with each piece of the body; false ends the reading.
  using OnText = std::function<bool(std::string_view)>;

  /// Returns when the response has ended, with its status; only a 200's body is handed out. A
  /// connection that broke is an error.
  [[nodiscard]] Result<unsigned> follow(const std::string& url, const HttpHeaders& headers,
                                        const OnText& on_text);
  /// Ends the reading now and every one to come with Errc::cancelled; from any thread.
  void cancel();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace common::io
