// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/http.hpp"
#include "common/ip_prefix.hpp"
#include "common/result.hpp"

namespace common::io {

struct HttpClientOptions {
  std::optional<std::filesystem::path> ca_file;     // PEM; without it the system's store is used
  std::chrono::milliseconds connect_timeout{3000};  // name look-up, TCP and TLS together
  std::chrono::milliseconds total_timeout{5000};
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_body_bytes = 256 * 1024;
  std::size_t max_in_flight = 64;  // further requests fail at once
  /// For URLs that a stranger named: only public addresses are connected to (common/public_address)
  /// and those of `reachable`, whatever the name resolves to. Errc::address_refused otherwise.
  bool public_addresses_only = false;
  std::vector<IpPrefix> reachable = {};
  /// Connections kept for later requests, of all origins; 0: one connection a request.
  std::size_t max_idle = 0;
  std::chrono::milliseconds idle_timeout{20'000};
  /// PEM chain and key of the certificate to show to servers that ask (RFC 8705); both or none.
  std::optional<std::filesystem::path> certificate = {};
  std::optional<std::filesystem::path> certificate_key = {};
};

/// Small HTTP/1.1 client: TLS 1.2 or newer with chain and host name verified, no redirects
/// followed. Owns one helper thread.
class HttpClient {
 public:
  using Callback = std::function<void(Result<HttpResponse>)>;

  /// Throws std::runtime_error when the CA file, the certificate or its key cannot be used.
  explicit HttpClient(HttpClientOptions options);
  ~HttpClient();  // requests in flight end with Errc::cancelled
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Returns at once; `done` is called exactly once, on the helper thread.
  void get(const std::string& url, HttpHeaders headers, Callback done);
  void post(const std::string& url, HttpHeaders headers, std::string body, Callback done);

  /// The same, waiting for the answer. Not from a callback.
  [[nodiscard]] Result<HttpResponse> get(const std::string& url, HttpHeaders headers = {});
  [[nodiscard]] Result<HttpResponse> post(const std::string& url, HttpHeaders headers,
                                          std::string body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace common::io
