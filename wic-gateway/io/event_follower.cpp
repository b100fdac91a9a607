// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/event_follower.hpp"

#include <algorithm>
#include <future>

#include "common/errc.hpp"
#include "common/log.hpp"
#include "wic-gateway/errc.hpp"

namespace wic::io {
namespace {

using common::fail;
using common::Result;

common::io::HttpClientOptions http_options(const WafClientConfig& waf) {
  common::io::HttpClientOptions out;
  out.ca_file = waf.ca_file;
  out.certificate = waf.certificate;
  out.certificate_key = waf.certificate_key;
  out.connect_timeout = waf.timeout;
  out.total_timeout = waf.timeout;
  return out;
}

/// The value that a request of the client comes to, waiting for it.
template <class Start>
Result<std::string> wait_for(Start start) {
  auto promise = std::make_shared<std::promise<Result<std::string>>>();
  start([promise](Result<std::string> value) { promise->set_value(std::move(value)); });
  return promise->get_future().get();
}

}  // namespace

EventFollower::EventFollower(EventFollowerConfig config, WafClient& client, KeyRequester* keys,
                             OnNews on_news, common::Metrics& metrics)
    : config_(std::move(config)),
      client_(client),
      key_requester_(keys),
      on_news_(std::move(on_news)),
      connected_(metrics.gauge("wic_gateway_revocation_feed_connected",
                               "1 while the issuer's revocations are followed")),
      sequence_(metrics.gauge("wic_gateway_revocation_feed_sequence",
                              "Number of the last revocation that was taken")),
      losses_(metrics.counter("wic_gateway_revocation_feed_losses_total",
                              "Times that the feed of revocations was lost or not believed")),
      received_(metrics.counter("wic_gateway_revocations_received_total",
                                "Revocations that the issuer announced")),
      feed_(config_.waf.issuer, config_.algorithms),
      http_(http_options(config_.waf), config_.silence) {}

EventFollower::~EventFollower() { stop(); }

void EventFollower::start() {
  thread_ = std::thread([this] { run(); });
}

void EventFollower::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  http_.cancel();
  if (thread_.joinable()) thread_.join();
}

void EventFollower::set_keys(KeySetPtr keys) {
  {
    const std::scoped_lock lock(mutex_);
    keys_ = std::move(keys);
  }
  wake_.notify_all();
}

KeySetPtr EventFollower::keys() {
  const std::scoped_lock lock(mutex_);
  return keys_;
}

bool EventFollower::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, time, [this] { return stopping_; });
  return !stopping_;
}

void EventFollower::run() {
  auto retry = config_.first_retry;
  do {
    heard_ = false;
    const auto ended = follow_once();
    connected_.set(0);
    if (heard_) retry = config_.first_retry;
    if (!ended) note_failure(ended.error());
    // A stream that ended with its token is taken up again at once.
    if (ended && heard_) continue;
    if (!pause(retry)) return;
    retry = std::min(retry * 2, config_.last_retry);
  } while (pause(std::chrono::milliseconds(0)));
}

void EventFollower::note_failure(const common::Error& error) {
  losses_.add();
  if (error == Errc::unknown_key && key_requester_ != nullptr) key_requester_->request_keys();
  if (!was_failing_) common::log::warn("revocations cannot be followed: {}", error.message());
  was_failing_ = true;
}

Result<void> EventFollower::follow_once() {
  if (keys() == nullptr) return fail(Errc::unknown_key, "no key set yet");
  const auto address =
      wait_for([this](WafClient::TokenDone done) { client_.events_address(std::move(done)); });
  if (!address) return fail(address.error());
  if (address->empty()) return fail(common::Errc::malformed_response, "the WAF announces none");
  const auto token =
      wait_for([this](WafClient::TokenDone done) { client_.token(std::move(done)); });
  if (!token) return fail(token.error());
  Result<void> handled;
  const auto status =
      http_.follow(*address + "?" + feed_.begin(),
                   {{"Authorization", "Bearer " + *token}, {"Accept", "text/event-stream"}},
                   [this, &handled](std::string_view text) {
                     handled = handle_text(text);
                     return handled.has_value();
                   });
  if (!handled) return handled;
  if (!status) return fail(status.error());
  if (*status == 401) client_.forget_token();
  if (*status != 200) {
    return fail(common::Errc::malformed_response, "HTTP " + std::to_string(*status));
  }
  return {};
}

Result<void> EventFollower::handle_text(std::string_view text) {
  const KeySetPtr known = keys();
  auto handled = feed_.handle_text(common::SteadyClock::now(), text, known.get());
  // Also before an error: what came until then is good.
  auto news = std::make_shared<News>(News{feed_.take_notices(), feed_.complete_at()});
  received_.add(static_cast<double>(news->notices.size()));
  sequence_.set(static_cast<double>(feed_.sequence()));
  on_news_(std::move(news));
  if (handled && !heard_) {
    heard_ = true;
    connected_.set(1);
    common::log::info("following the revocations of {}", config_.waf.issuer);
    was_failing_ = false;
  }
  return handled;
}

}  // namespace wic::io
