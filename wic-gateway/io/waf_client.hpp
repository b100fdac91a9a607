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
#include "common/metrics.hpp"
#include "common/random.hpp"
#include "common/result.hpp"
#include "wic-gateway/io/mailbox.hpp"

namespace wic::io {

/// The gateway as an OAuth client of the WAF.
struct WafClientConfig {
  std::string issuer;
  std::string client_id;
  /// private_key_jwt: PEM of a P-256 key, and the kid under which the WAF knows it.
  std::optional<std::filesystem::path> key_file;
  std::string key_id;
  /// tls_client_auth instead: PEM chain and key of the client certificate.
  std::optional<std::filesystem::path> certificate = {};
  std::optional<std::filesystem::path> certificate_key = {};
  std::optional<std::filesystem::path> ca_file;                 // else the system's
  std::vector<std::string> scopes;                              // of the gateway's own token
  std::chrono::milliseconds timeout = std::chrono::seconds(2);  // of one request
  std::size_t max_in_flight = 256;
  /// After so many failures in a row requests fail at once for `breaker_pause`; then one tries.
  unsigned breaker_failures = 5;
  std::chrono::milliseconds breaker_pause = std::chrono::seconds(2);
  std::chrono::milliseconds metadata_refresh = std::chrono::hours(1);
};

/// The WAF's endpoints by what its metadata (RFC 8414) calls them.
enum class WafEndpoint { token, introspection, revocation };

/// What the WAF said: any status below 500, and the JSON text that came with it (may be empty).
struct WafAnswer {
  unsigned status = 0;
  std::string body;  // may hold tokens: never logged
  /// Retry-After of a 429, in seconds.
  std::optional<std::chrono::seconds> retry_after;
};

/// Asks the WAF on the gateway's behalf: client authentication, metadata of the pinned issuer,
/// kept-alive connections, time-outs. Callable from any thread; owns the threads it needs. A WAF
/// that cannot be reached, answers 5xx or has the breaker open is a common::Errc.
class WafClient {
 public:
  using Done = std::function<void(common::Result<WafAnswer>)>;
  using WorkerDone = std::function<void(Signalling&, common::Result<WafAnswer>)>;
  using TokenDone = std::function<void(common::Result<std::string>)>;

  /// `random` outlives it and may be used from several threads. Throws std::runtime_error when the
  /// key or a certificate cannot be used.
  WafClient(WafClientConfig config, common::RandomSource& random, common::Metrics& metrics);
  ~WafClient();  // what is under way ends with Errc::cancelled
  WafClient(const WafClient&) = delete;
  WafClient& operator=(const WafClient&) = delete;

  /// Posts a form with our client authentication added. `done` is called exactly once, on a thread
  /// of the client: it must not block.
  void post_form(WafEndpoint endpoint, common::FormFields fields, Done done);
  /// The same; `done` runs on the worker that owns `mailbox`, which must outlive this client. Lost
  /// when that worker's mailbox is full: keep a time-out of your own.
  void post_form(WafEndpoint endpoint, common::FormFields fields, Mailbox& mailbox,
                 WorkerDone done);

  /// An access token of our own (client credentials, `scopes`), kept until shortly before its end.
  void token(TokenDone done);
  /// Where the WAF announces revocations (token-auth 6.4); empty when it does not.
  void events_address(TokenDone done);
  /// The WAF refused the token: the next token() fetches another.
  void forget_token();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wic::io
