// SPDX-License-Identifier: Apache-2.0
#include "waf/io/service.hpp"

#include <algorithm>
#include <atomic>
#include <optional>

#include "common/io/system_random.hpp"
#include "common/log.hpp"
#include "waf/endpoints/application.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/io/accounts.hpp"
#include "waf/io/assets.hpp"
#include "waf/io/clock.hpp"
#include "waf/io/device_key.hpp"
#include "waf/io/directory_workers.hpp"
#include "waf/io/fetcher.hpp"
#include "waf/io/key_store.hpp"
#include "waf/io/logic_loop.hpp"
#include "waf/io/logout_sender.hpp"
#include "waf/io/outbox.hpp"
#include "waf/io/own_keys.hpp"
#include "waf/io/password_hasher.hpp"
#include "waf/io/sqlite_store.hpp"
#include "waf/io/work_queue.hpp"

namespace waf::io {
namespace {

using common::HttpRequest;
using common::HttpResponse;
using common::io::HttpServer;

constexpr std::size_t sweep_rows = 500;  // of each kind in one slice
constexpr int sweep_every = 10;          // ticks of a second
constexpr int keys_every = 10;
constexpr std::chrono::milliseconds feed_interval{100};

HttpResponse overloaded(const Settings& settings) {
  HttpResponse out = json_response(503, R"({"error":"temporarily_unavailable"})");
  out.headers.add("Retry-After", "1");
  add_common_headers(out, settings);
  return out;
}

/// No memory for Argon2 is overload too: the login is refused, not the service ended.
WorkResult perform(const PasswordCheck& check, const PasswordCost& cost) {
  try {
    common::io::SystemRandom random;
    return check_password(check.password, check.hash, cost, random);
  } catch (const std::exception& error) {
    common::log::error("password hash: {}", error.what());
    return PasswordVerdict{PasswordVerdict::Outcome::overloaded, {}};
  }
}

WorkResult perform(const PasswordHashing& work, const PasswordCost& cost) {
  try {
    common::io::SystemRandom random;
    return HashedPassword{hash_password(work.password, cost, random)};
  } catch (const std::exception& error) {
    common::log::error("password hash: {}", error.what());
    return HashedPassword{};
  }
}

/// What the endpoint is told when the work could not be taken.
WorkResult not_taken(const PasswordCheck& /*check*/) {
  return PasswordVerdict{PasswordVerdict::Outcome::overloaded, {}};
}

WorkResult not_taken(const PasswordHashing& /*work*/) { return HashedPassword{}; }

/// A request whose answer is being worked on.
struct Waiting {
  HttpRequest request;
  std::shared_ptr<Pending> pending;
  HttpServer::Reply reply;
};

/// With the key that is in no configuration file.
ProgramConfig with_device_key(ProgramConfig config) {
  common::io::SystemRandom random;
  if (!config.settings.devices.access_codes.enabled) return config;
  config.settings.devices.access_codes.key = load_or_create_device_key(config.device_key, random);
  return config;
}

}  // namespace

struct Service::State {
  explicit State(const ProgramConfig& given);

  void on_request(HttpRequest request, HttpServer::Reply reply);
  void on_admin_request(const HttpRequest& request, const HttpServer::Reply& reply);
  /// Sends the answer, or has its work done first.
  void conclude(HttpRequest request, Answer answer, HttpServer::Reply reply);
  // `waiting` holds the work, too.
  template <class Hashing>
  void hash(const Hashing& work, const std::shared_ptr<Waiting>& waiting);
  void start(const PasswordHashing& work, const std::shared_ptr<Waiting>& waiting);
  void start(const PasswordCheck& check, const std::shared_ptr<Waiting>& waiting);
  void start(const Fetch& fetch, const std::shared_ptr<Waiting>& waiting);
  void start(const directory::DirectoryLogin& login, const std::shared_ptr<Waiting>& waiting);
  void resume(const Waiting& waiting, WorkResult result);
  void begin_batch();
  void end_batch();
  /// Several times a second: revocations of other processes are to reach the gateways at once.
  void turn();
  void tick();
  void sweep();
  void report_pools(SystemTime time);
  void reload_keys(SystemTime time);
  /// Takes over what the command line or another process wrote: clients, keys.
  void take_over_changes(SystemTime time);
  void rotate_due_keys(SystemTime time);
  void rotate(common::jose::Algorithm algorithm);

  const ProgramConfig config;
  common::Metrics metrics;
  common::io::PooledRandom random;
  SqliteStore store;
  KeyStore key_store;
  KeyRing keys;
  OwnKeys own_keys;
  EndpointContext context;
  Application application;
  common::Counter swept;
  common::Counter hashes;
  common::Counter hashes_refused;
  common::Histogram batch_sizes;
  common::Counter failed_batches;
  Outbox outbox;
  int ticks = 0;
  std::atomic<bool> rotating = false;
  std::uint64_t seen_changes = 0;  // of the store's clients and by other processes
  std::size_t batch = 0;           // requests of the running one
  SystemTime last_tick{};
  // The queues end before what their jobs use, and begin when all of it is there. The logic thread
  // outlives the pool that posts to it.
  std::optional<LogicLoop> logic;
  std::optional<WorkQueue> pool;
  std::optional<Fetcher> fetcher;
  std::optional<DirectoryWorkers> directories;
  HttpServer https;
  HttpServer mtls;
  HttpServer admin;
};

Service::State::State(const ProgramConfig& given)
    : config(with_device_key(given)),
      store(config.store, config.full_sync),
      key_store(store, config.keys),
      keys(key_store.load_or_create(random, now()), now(), config.keys.algorithms.front()),
      own_keys(key_store, config.settings, random),
      context(config.settings, store, keys, random,
              load_assets(config.page_folder, config.page_config),
              hash_password(random.hex(16), config.settings.password_cost, random), metrics),
      application(context),
      swept(metrics.counter("waf_store_swept_total", "Expired rows removed from the store")),
      hashes(metrics.counter("waf_password_checks_total", "Password hashes computed")),
      hashes_refused(metrics.counter("waf_password_checks_refused_total",
                                     "Logins refused because the hash queue was full")),
      batch_sizes(metrics.histogram("waf_batch_requests", "Requests answered by one transaction",
                                    {1, 2, 4, 8, 16, 32, 64, 128, 256})),
      failed_batches(metrics.counter("waf_store_failed_batches_total",
                                     "Transactions of which nothing stayed")),
      https(
          config.https,
          [this](HttpRequest request, HttpServer::Reply reply) {
            on_request(std::move(request), std::move(reply));
          },
          metrics, [this] { logic->wake(); }),
      mtls(
          config.mtls,
          [this](HttpRequest request, HttpServer::Reply reply) {
            on_request(std::move(request), std::move(reply));
          },
          metrics, [this] { logic->wake(); }),
      admin(
          config.admin,
          [this](HttpRequest request, HttpServer::Reply reply) {
            on_admin_request(request, reply);
          },
          metrics) {
  declare_accounts(config, store, random, now());
  context.reload_origins();
  context.key_administration = &own_keys;
  logic.emplace(config.request_queue,
                metrics.gauge("waf_request_queue", "Requests that waited for the logic thread"),
                LogicLoop::Hooks{[this] { begin_batch(); }, [this] { end_batch(); },
                                 [this] { turn(); }, feed_interval});
  pool.emplace(config.hash_threads, config.hash_queue,
               metrics.gauge("waf_password_queue", "Logins waiting for a password hash"));
  fetcher.emplace(config.outbound, metrics);
  const FederationSettings& federation = config.settings.federation;
  directories.emplace(
      federation.directories,
      DirectoryWorkers::Options{federation.directory_threads, federation.directory_queue}, metrics);
  if (context.assets.find("/index.html") == context.assets.end()) {
    common::log::warn("no softphone page in {}", config.page_folder.string());
  }
}

void Service::State::on_request(HttpRequest request, HttpServer::Reply reply) {
  const bool taken = logic->post([this, request = std::move(request), reply]() mutable {
    ++batch;
    Answer answer = application.handle(request, now());
    conclude(std::move(request), std::move(answer), std::move(reply));
  });
  if (!taken) reply(overloaded(config.settings));
}

void Service::State::begin_batch() {
  batch = 0;
  try {
    store.begin_batch();
  } catch (const std::exception& error) {
    // Each request meets the same failure and is answered for itself.
    common::log::error("store: {}", error.what());
  }
}

void Service::State::end_batch() {
  if (batch > 0) batch_sizes.observe(static_cast<double>(batch));
  try {
    store.end_batch();
  } catch (const std::exception& error) {
    common::log::error("store: {}; {} requests are refused", error.what(), batch);
    failed_batches.add();
    return outbox.refuse(overloaded(config.settings));
  }
  outbox.release();
}

void Service::State::conclude(HttpRequest request, Answer answer, HttpServer::Reply reply) {
  if (auto* response = std::get_if<HttpResponse>(&answer)) {
    return outbox.reply(std::move(reply), std::move(*response));
  }
  const auto waiting = std::make_shared<Waiting>(Waiting{
      std::move(request), std::get<std::shared_ptr<Pending>>(std::move(answer)), std::move(reply)});
  outbox.then(
      [this, waiting] {
        std::visit([&](const auto& work) { start(work, waiting); }, waiting->pending->work);
      },
      [this, waiting] { waiting->reply(overloaded(config.settings)); });
}

template <class Hashing>
void Service::State::hash(const Hashing& work, const std::shared_ptr<Waiting>& waiting) {
  const bool taken = pool->post([this, &work, waiting] {
    auto result = std::make_shared<WorkResult>(perform(work, config.settings.password_cost));
    hashes.add();
    logic->post_always([this, waiting, result] { resume(*waiting, std::move(*result)); });
  });
  if (taken) return;
  hashes_refused.add();
  logic->post_always([this, waiting, &work] { resume(*waiting, not_taken(work)); });
}

void Service::State::start(const PasswordCheck& check, const std::shared_ptr<Waiting>& waiting) {
  hash(check, waiting);
}

void Service::State::start(const PasswordHashing& work, const std::shared_ptr<Waiting>& waiting) {
  hash(work, waiting);
}

void Service::State::start(const Fetch& fetch, const std::shared_ptr<Waiting>& waiting) {
  fetcher->start(fetch, [this, waiting](FetchResult fetched) {
    auto result = std::make_shared<WorkResult>(std::move(fetched));
    logic->post_always([this, waiting, result] { resume(*waiting, std::move(*result)); });
  });
}

void Service::State::start(const directory::DirectoryLogin& login,
                           const std::shared_ptr<Waiting>& waiting) {
  directories->start(login, [this, waiting](directory::DirectoryVerdict verdict) {
    auto result = std::make_shared<WorkResult>(std::move(verdict));
    logic->post_always([this, waiting, result] { resume(*waiting, std::move(*result)); });
  });
}

void Service::State::resume(const Waiting& waiting, WorkResult result) {
  ++batch;
  Answer answer = application.resume(waiting.request, *waiting.pending, std::move(result), now());
  conclude(waiting.request, std::move(answer), waiting.reply);
}

void Service::State::on_admin_request(const HttpRequest& request, const HttpServer::Reply& reply) {
  HttpResponse out;
  out.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  out.headers.add("Cache-Control", "no-store");
  if (request.method == "GET" && request.path == "/metrics") {
    out.body = metrics.render();
  } else if (request.method == "GET" && request.path == "/health") {
    out.body = "ok\n";
  } else {
    out.status = 404;
    out.body = "/metrics /health\n";
  }
  reply(std::move(out));
}

void Service::State::reload_keys(SystemTime time) {
  if (!is_current(keys.entries(), store.keys(), time)) {
    keys.replace(key_store.load(time), time);
    common::log::info("signing keys reloaded");
  }
}

void Service::State::take_over_changes(SystemTime time) {
  store.notice_foreign_changes();
  if (store.client_changes() == seen_changes) return;
  seen_changes = store.client_changes();
  context.reload_origins();
  reload_keys(time);
}

/// In slices between batches, so that a large harvest keeps nobody waiting.
void Service::State::sweep() {
  const std::size_t removed = store.sweep(now(), sweep_rows);
  swept.add(static_cast<double>(removed));
  if (removed < sweep_rows) return;
  logic->post_always([this] {
    try {
      sweep();
    } catch (const std::exception& error) {
      common::log::error("sweep: {}", error.what());
    }
  });
}

void Service::State::turn() {
  const SystemTime time = now();
  try {
    // First the events: gateways still know the key that signs them when it is about to go.
    context.events.handle_tick(time);
    take_over_changes(time);
    send_logouts(context.logouts, *fetcher, *logic, time);
  } catch (const std::exception& error) {
    common::log::error("revocation events: {}", error.what());
  }
  if (time == last_tick) return;
  last_tick = time;
  tick();
}

/// A key may take long to make; the pool has time. Meanwhile nothing more is begun.
void Service::State::rotate_due_keys(SystemTime time) {
  if (rotating.exchange(true)) return;
  const auto due = key_store.due(time);
  if (due.empty() || !pool->post([this, algorithm = due.front()] { rotate(algorithm); })) {
    rotating = false;
  }
}

void Service::State::rotate(common::jose::Algorithm algorithm) {
  std::string kid;
  try {
    common::io::SystemRandom own_random;
    kid = key_store.make(algorithm, own_random, now());
  } catch (const std::exception& error) {
    common::log::error("scheduled key rotation: {}", error.what());
  }
  logic->post_always([this, algorithm, kid] {
    rotating = false;
    if (kid.empty()) return;
    try {
      key_store.publish(kid, config.settings, algorithm, now());
      common::log::info("new signing key {} by schedule", kid);
    } catch (const std::exception& error) {
      common::log::error("scheduled key rotation: {}", error.what());
    }
  });
}

void Service::State::report_pools(SystemTime time) {
  for (const PoolSettings& one : config.settings.pools) {
    const PoolUse use = store.pool_use(one.name, time);
    const auto set = [&](const char* state, std::int64_t count) {
      metrics
          .gauge("waf_pool_identities", "Identities of a pool by state",
                 {{"pool", one.name}, {"state", state}})
          .set(static_cast<double>(count));
    };
    set("leased", use.leased);
    set("quarantined", use.quarantined);
    set("free", std::max<std::int64_t>(one.size() - use.leased - use.quarantined, 0));
  }
}

void Service::State::tick() {
  const SystemTime time = now();
  ++ticks;
  try {
    report_pools(time);
    if (ticks % sweep_every == 0) sweep();
    if (ticks % keys_every == 0) {
      rotate_due_keys(time);
      reload_keys(time);
    }
  } catch (const std::exception& error) {
    common::log::error("housekeeping: {}", error.what());
  }
  const std::string active = keys.active_kid();
  keys.handle_timeout(time);
  if (keys.active_kid() != active) common::log::info("now signing with key {}", keys.active_kid());
}

Service::Service(const ProgramConfig& config) : state_(std::make_unique<State>(config)) {}

Service::~Service() { stop(); }

void Service::start() {
  state_->https.start();
  state_->mtls.start();
  state_->admin.start();
}

void Service::stop() {
  state_->mtls.stop();
  state_->https.stop();
  state_->directories->stop();
  state_->pool->stop();
  state_->logic->stop();
  state_->fetcher.reset();  // after the loop that gives it work
  state_->admin.stop(std::chrono::milliseconds(0));
}

void Service::reload() {
  state_->https.reload_tls();
  state_->mtls.reload_tls();
  state_->logic->post_always([state = state_.get()] {
    try {
      state->reload_keys(now());
    } catch (const std::exception& error) {
      common::log::error("signing keys: {}", error.what());
    }
  });
}

std::vector<common::Endpoint> Service::endpoints() const { return state_->https.endpoints(); }

std::vector<common::Endpoint> Service::admin_endpoints() const { return state_->admin.endpoints(); }

}  // namespace waf::io
