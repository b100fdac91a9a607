// SPDX-License-Identifier: Apache-2.0
#include "waf/io/fetcher.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "common/io/http_client.hpp"

namespace waf::io {
namespace {

common::io::HttpClientOptions client_options(const FetcherOptions& options, bool strangers) {
  common::io::HttpClientOptions out;
  out.ca_file = options.ca_file;
  out.total_timeout = options.timeout;
  out.connect_timeout = std::min(out.connect_timeout, options.timeout);
  out.max_body_bytes = options.max_body_bytes;
  out.max_in_flight = options.max_in_flight;
  out.public_addresses_only = strangers;
  out.reachable = options.client_networks;
  return out;
}

}  // namespace

struct Fetcher::State {
  State(const FetcherOptions& options, common::Metrics& metrics)
      : fetched(metrics.counter("waf_fetches_total", "Requests to other servers")),
        failed(metrics.counter("waf_fetch_failures_total",
                               "Requests to other servers that got no answer")),
        configured(client_options(options, false)),
        for_strangers(client_options(options, true)) {}

  using Done = std::function<void(FetchResult)>;
  /// True for the first of those who want the document at once; the others wait for its answer.
  bool join(const std::string& url, Done done) {
    const std::scoped_lock lock(mutex);
    auto& waiting = shared[url];
    waiting.push_back(std::move(done));
    return waiting.size() == 1;
  }
  std::vector<Done> leave(const std::string& url) {
    const std::scoped_lock lock(mutex);
    const auto node = shared.extract(url);
    return node.empty() ? std::vector<Done>() : std::move(node.mapped());
  }

  common::Counter fetched;
  common::Counter failed;
  std::mutex mutex;  // guards shared
  std::map<std::string, std::vector<Done>> shared;
  common::io::HttpClient configured;
  // Of its own, so that what strangers name cannot use up what we need ourselves.
  common::io::HttpClient for_strangers;
};

Fetcher::Fetcher(const FetcherOptions& options, common::Metrics& metrics)
    : state_(std::make_unique<State>(options, metrics)) {}

Fetcher::~Fetcher() = default;

void Fetcher::start(const Fetch& fetch, std::function<void(FetchResult)> done) {
  auto& client =
      fetch.reach == Fetch::Reach::configured ? state_->configured : state_->for_strangers;
  State::Done counted = [failed = state_->failed, done = std::move(done)](FetchResult result) {
    if (!result) failed.add();
    done(std::move(result));
  };
  const bool may_share =
      fetch.reach == Fetch::Reach::configured && !fetch.post && !fetch.headers.has("Authorization");
  if (may_share) {
    // Many logins at once need the same metadata and keys (token-auth 6.4: single flight).
    if (!state_->join(fetch.url, std::move(counted))) return;
    counted = [state = state_.get(), url = fetch.url](const FetchResult& result) {
      for (const auto& one : state->leave(url)) one(result);
    };
  }
  state_->fetched.add();
  if (fetch.post) {
    client.post(fetch.url, fetch.headers, fetch.body, std::move(counted));
  } else {
    client.get(fetch.url, fetch.headers, std::move(counted));
  }
}

}  // namespace waf::io
