// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/gateway.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <stdexcept>

#include <sofia-sip/su.h>

#include "common/io/system_random.hpp"
#include "common/log.hpp"
#include "wic-gateway/io/admin_server.hpp"
#include "wic-gateway/io/event_follower.hpp"
#include "wic-gateway/io/jwks_fetcher.hpp"
#include "wic-gateway/io/shared_proofs.hpp"
#include "wic-gateway/io/sound_files.hpp"
#include "wic-gateway/io/worker.hpp"

namespace wic::io {
namespace {

class SystemWallClock final : public WallClock {
 public:
  common::SystemTime now() override {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
};

ims::FlowTokens::Key random_key(common::RandomSource& random) {
  ims::FlowTokens::Key key{};
  random.fill(key);
  return key;
}

/// Gathers the workers' reports, which come on their threads, and answers with the last.
class Collector {
 public:
  Collector(std::size_t expected, AdminServer::OnReports done)
      : left_(expected), done_(std::move(done)) {}

  void add(WorkerReport report) {
    const std::lock_guard lock(mutex_);
    reports_.push_back(std::move(report));
    finish_one();
  }
  /// A worker too busy to take the question is not ready.
  void skip(unsigned worker) {
    WorkerReport report;
    report.worker = worker;
    report.not_ready = "overloaded";
    add(std::move(report));
  }

 private:
  void finish_one() {
    if (--left_ > 0) return;
    std::sort(reports_.begin(), reports_.end(),
              [](const auto& left, const auto& right) { return left.worker < right.worker; });
    done_(std::move(reports_));
  }

  std::mutex mutex_;
  std::size_t left_;
  AdminServer::OnReports done_;
  std::vector<WorkerReport> reports_;
};

}  // namespace

// Members end in reverse order: nobody is left to post when a mailbox goes, and no call is left
// when the engine goes.
struct Gateway::State final : KeyRequester {
  explicit State(Settings given);

  void request_keys() override {
    if (fetcher) fetcher->request_keys();
  }
  void announce(const std::shared_ptr<const EventFollower::News>& news);
  void publish(const KeySetPtr& keys);
  void supersede(unsigned by, const std::string& binding);
  void read_jwks_file();
  void collect(bool details, AdminServer::OnReports done);

  Settings settings;
  common::Metrics metrics;
  common::io::SystemRandom random;
  SystemWallClock clock;
  SharedProofs proofs;
  std::vector<std::unique_ptr<Mailbox>> mailboxes;
  std::vector<std::unique_ptr<MediaEvents>> sinks;
  std::unique_ptr<WafClient> waf;
  std::unique_ptr<media::Engine> engine;
  std::unique_ptr<SharedParts> parts;
  std::vector<std::unique_ptr<Worker>> workers;
  std::unique_ptr<EventFollower> follower;  // is given keys by the fetcher
  std::unique_ptr<JwksFetcher> fetcher;
  std::unique_ptr<AdminServer> admin;
};

Gateway::State::State(Settings given) : settings(std::move(given)) {
  static const bool prepared = [] {
    su_init();
    ims::io::silence_sofia();
    quieten_libwebsockets();
    return true;
  }();
  static_cast<void>(prepared);

  for (unsigned number = 0; number < settings.workers; ++number) {
    mailboxes.push_back(std::make_unique<Mailbox>(
        settings.queue, metrics.counter("wic_gateway_mailbox_refused_total",
                                        "Commands and media events that found no room",
                                        {{"worker", std::to_string(number)}})));
    sinks.push_back(std::make_unique<MediaEvents>(*mailboxes.back()));
  }
  if (settings.waf) waf = std::make_unique<WafClient>(*settings.waf, random, metrics);
  settings.calls.sounds = load_sounds(settings.sound_files);
  engine = media::io::make_engine(settings.media, random, metrics);
  parts = std::make_unique<SharedParts>(
      SharedParts{settings, *engine, clock, proofs, settings.jwks_file ? nullptr : this,
                  random_key(random), random, metrics, waf.get(), mailboxes,
                  [this](unsigned by, const std::string& binding) { supersede(by, binding); }});
  for (unsigned number = 0; number < settings.workers; ++number) {
    workers.push_back(std::make_unique<Worker>(number, *parts, *mailboxes[number], *sinks[number]));
  }
  if (settings.follow_revocations) {
    follower = std::make_unique<EventFollower>(
        EventFollowerConfig{.waf = *settings.waf, .algorithms = settings.auth.tokens.algorithms},
        *waf, settings.jwks_file ? nullptr : this,
        [this](const std::shared_ptr<const EventFollower::News>& news) { announce(news); },
        metrics);
  }
  if (settings.jwks_file) {
    read_jwks_file();
  } else {
    fetcher = std::make_unique<JwksFetcher>(
        JwksFetcherConfig{settings.auth.tokens.issuer, settings.ca_file, settings.jwks},
        [this](const KeySetPtr& keys) { publish(keys); }, metrics);
  }
  if (follower) follower->start();
  admin = std::make_unique<AdminServer>(
      settings.admin,
      [this](bool details, AdminServer::OnReports done) { collect(details, std::move(done)); },
      metrics);
}

/// Whatever else waits there, a revocation is not turned away.
void Gateway::State::announce(const std::shared_ptr<const EventFollower::News>& news) {
  for (const auto& mailbox : mailboxes) {
    mailbox->post_always([news](Signalling& signalling) { signalling.handle_revocations(*news); });
  }
  const bool epoch = std::any_of(news->notices.begin(), news->notices.end(), [](const auto& one) {
    return one.type == RevocationNotice::Type::epoch;
  });
  if (epoch && fetcher) fetcher->refresh();  // a key may have been dropped
}

void Gateway::State::publish(const KeySetPtr& keys) {
  if (follower) follower->set_keys(keys);
  for (const auto& mailbox : mailboxes) {
    mailbox->post([keys](Signalling& signalling) { signalling.set_keys(keys); });
  }
}

// A client that comes back may meet another worker; the one that knows its old connection must not
// take the binding back at the core when the grace time ends (REG-47, REG-48).
void Gateway::State::supersede(unsigned by, const std::string& binding) {
  for (unsigned number = 0; number < mailboxes.size(); ++number) {
    if (number == by) continue;
    mailboxes[number]->post([binding](Signalling& signalling) { signalling.supersede(binding); });
  }
}

void Gateway::State::read_jwks_file() {
  auto keys = io::read_jwks_file(*settings.jwks_file);
  if (!keys) throw std::runtime_error(keys.error().message());
  publish(*keys);
}

void Gateway::State::collect(bool details, AdminServer::OnReports done) {
  auto collector = std::make_shared<Collector>(mailboxes.size(), std::move(done));
  for (unsigned number = 0; number < mailboxes.size(); ++number) {
    const bool posted = mailboxes[number]->post([collector, details](Signalling& signalling) {
      collector->add(signalling.report(details));
    });
    if (!posted) collector->skip(number);
  }
}

Gateway::Gateway(Settings settings) : state_(std::make_unique<State>(std::move(settings))) {}
Gateway::~Gateway() { stop(); }

void Gateway::reload() {
  for (const auto& mailbox : state_->mailboxes) {
    mailbox->post([](Signalling& signalling) { signalling.reload_certificate(); });
  }
  if (!state_->settings.jwks_file) {
    if (state_->fetcher) state_->fetcher->refresh();
    return;
  }
  try {
    state_->read_jwks_file();
  } catch (const std::runtime_error& error) {
    common::log::error("the old key set stays: {}", error.what());
  }
}

void Gateway::stop() {
  if (state_->follower) state_->follower->stop();
  for (const auto& worker : state_->workers) {
    worker->begin_stop(state_->settings.stop_timeout);
  }
  for (const auto& worker : state_->workers) worker->join();
  state_->workers.clear();
}

common::Metrics& Gateway::metrics() { return state_->metrics; }

}  // namespace wic::io
