// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/jwks_fetcher.hpp"

#include <fstream>
#include <sstream>

#include "common/errc.hpp"
#include "common/log.hpp"
#include "wic-gateway/auth/issuer_metadata.hpp"

namespace wic::io {
JwksFetcher::JwksFetcher(JwksFetcherConfig config, OnKeys on_keys, common::Metrics& metrics)
    : config_(std::move(config)),
      on_keys_(std::move(on_keys)),
      fetched_(metrics.counter("wic_gateway_jwks_fetches_total", "Fetches of the issuer's key set",
                               {{"result", "ok"}})),
      failed_(metrics.counter("wic_gateway_jwks_fetches_total", "Fetches of the issuer's key set",
                              {{"result", "failed"}})),
      key_count_(metrics.gauge("wic_gateway_jwks_keys", "Usable keys of the issuer")),
      clock_difference_(metrics.gauge("wic_gateway_issuer_clock_difference_seconds",
                                      "Our clock minus the issuer's at the last answer")),
      clock_watch_(config_.clock_leeway),
      http_(common::io::HttpClientOptions{.ca_file = config_.ca_file}),
      schedule_(config_.times),
      thread_([this] { run(); }) {}

JwksFetcher::~JwksFetcher() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void JwksFetcher::request_keys() {
  {
    const std::lock_guard lock(mutex_);
    asked_ = true;
  }
  wake_.notify_all();
}

void JwksFetcher::refresh() {
  {
    const std::lock_guard lock(mutex_);
    changed_ = true;
  }
  wake_.notify_all();
}

void JwksFetcher::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = common::SteadyClock::now();
    if (std::exchange(changed_, false)) schedule_.ask_again(now);
    if (std::exchange(asked_, false) &&
        schedule_.ask_for_unknown_key(now) == JwksSchedule::Asked::refused) {
      on_keys_(schedule_.keys(now));
    }
    if (schedule_.poll_fetch(now)) {
      fetch(lock);
      continue;
    }
    wake_.wait_until(lock, schedule_.poll_timeout().value_or(now + config_.times.refresh),
                     [this] { return asked_ || changed_ || stopping_; });
  }
}

void JwksFetcher::fetch(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  auto keys = fetch_keys();
  lock.lock();
  const auto now = common::SteadyClock::now();
  if (keys) {
    fetched_.add();
    if (was_failing_) common::log::info("issuer {} answers again", config_.issuer);
    was_failing_ = false;
    schedule_.handle_fetched(now, std::move(*keys));
  } else {
    failed_.add();
    if (!was_failing_) {
      common::log::warn("keys of {} cannot be fetched: {}", config_.issuer, keys.error().message());
    }
    was_failing_ = true;
    schedule_.handle_failure(now);
  }
  const KeySetPtr usable = schedule_.keys(now);
  key_count_.set(usable ? static_cast<double>(usable->size()) : 0);
  on_keys_(usable);
}

common::Result<std::string> JwksFetcher::get(const std::string& url) {
  auto response = http_.get(url, {{"Accept", "application/json"}});
  if (!response) return common::fail(response.error());
  if (response->status != 200) {
    return common::fail(common::Errc::malformed_response,
                        url + " answered " + std::to_string(response->status));
  }
  watch_clock(response->headers.get("Date"));
  return std::move(response->body);
}

void JwksFetcher::watch_clock(std::string_view date) {
  const auto ours = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto verdict = clock_watch_.note(date, ours);
  const auto difference = clock_watch_.difference().count();
  clock_difference_.set(static_cast<double>(difference));
  if (verdict == ClockWatch::Verdict::apart) {
    common::log::error("our clock is {} s off the issuer's: tokens are judged by a wrong time",
                       difference);
  } else if (verdict == ClockWatch::Verdict::together) {
    common::log::info("our clock and the issuer's agree again");
  }
}

common::Result<KeySetPtr> JwksFetcher::fetch_keys() {
  const auto metadata = get(config_.issuer + "/.well-known/openid-configuration");
  if (!metadata) return common::fail(metadata.error());
  const auto known = read_issuer_metadata(*metadata, config_.issuer);
  if (!known) return common::fail(known.error());
  if (known->jwks_uri.empty()) {
    return common::fail(common::Errc::malformed_response, "metadata without jwks_uri");
  }
  const auto body = get(known->jwks_uri);
  if (!body) return common::fail(body.error());
  auto keys = common::jose::KeySet::parse(*body);
  if (!keys) return common::fail(keys.error());
  if (keys->size() == 0) {
    return common::fail(common::Errc::malformed_response, "key set without a usable key");
  }
  return std::make_shared<const common::jose::KeySet>(std::move(*keys));
}

common::Result<KeySetPtr> read_jwks_file(const std::filesystem::path& file) {
  const std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return common::fail(common::Errc::file_unreadable, file.string());
  auto keys = common::jose::KeySet::parse(text.str());
  if (!keys) return common::fail(keys.error());
  return std::make_shared<const common::jose::KeySet>(std::move(*keys));
}

}  // namespace wic::io
