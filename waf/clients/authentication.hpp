// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/http.hpp"
#include "common/result.hpp"
#include "waf/clients/client_cache.hpp"
#include "waf/clients/client_keys.hpp"
#include "waf/grants/parameters.hpp"
#include "waf/store/store.hpp"

namespace waf {

/// What a request carries to say who sent it.
struct PresentedClient {
  enum class How { nothing, basic, post, assertion };
  How how = How::nothing;
  std::string id;
  std::string secret;     // of basic and post
  std::string assertion;  // of assertion
};

/// RFC 6749 section 2.3: at most one way at a time, and never two names. Errc::invalid_client or
/// Errc::invalid_request.
[[nodiscard]] common::Result<PresentedClient> read_presented_client(const common::HttpRequest& http,
                                                                    const Parameters& parameters);

/// Who a request comes from, proven by the client's registered method and no other.
class ClientAuthenticator {
 public:
  ClientAuthenticator(Store& store, std::string issuer)
      : store_(store), issuer_(std::move(issuer)), clients_(store) {}

  struct Outcome {
    std::shared_ptr<const KnownClient> client;
    bool keys_wanted = false;  // its keys must be fetched first: ask again afterwards
  };

  [[nodiscard]] common::Result<Outcome> authenticate(const PresentedClient& presented,
                                                     const common::HttpRequest& http,
                                                     common::SystemTime now);
  [[nodiscard]] ClientCache& clients() { return clients_; }
  [[nodiscard]] FetchedKeys& fetched_keys() { return fetched_keys_; }

 private:
  common::Result<Outcome> by_assertion(const PresentedClient& presented, common::SystemTime now);

  Store& store_;
  std::string issuer_;
  ClientCache clients_;
  FetchedKeys fetched_keys_;
};

}  // namespace waf
