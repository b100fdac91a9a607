// SPDX-License-Identifier: Apache-2.0
// Load for wic-gateway from both sides: many WebRTC IMS clients and the IMS core, in one thread.
#include <sched.h>
#include <sys/resource.h>

#include <exception>
#include <fstream>
#include <iostream>
#include <set>

#include <nlohmann/json.hpp>

#include "common/io/system_random.hpp"
#include "media/io/engine_factory.hpp"
#include "tests/bench/load/engine_driver.hpp"
#include "tests/bench/load/gateway_driver.hpp"
#include "tests/bench/load/options.hpp"
#include "tests/bench/load/phases.hpp"
#include "tests/bench/load/rtpengine_client.hpp"
#include "tests/bench/load/rtpengine_driver.hpp"

namespace bench {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
constexpr std::size_t warm_up = 50;

void use_cpu(int cpu) {
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0)
    std::cerr << "load_generator: cannot run on CPU " << cpu << "\n";
}

void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::vector<UserIdentity> read_identities(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read " + file);
  std::vector<UserIdentity> identities;
  for (std::string line; std::getline(stream, line);) {
    const json object = json::parse(line);
    identities.push_back({object.at("impi"), object.at("impu"), object.at("token")});
  }
  return identities;
}

const char* short_name(media::srtp::Profile profile) {
  return profile == media::srtp::Profile::aead_aes_128_gcm ? "gcm" : "cm";
}

json relay_and_setups(const Options& options, EventLoop& loop, const ProcessMeter& meter,
                      MediaPlane& plane, CallDriver& driver) {
  json result = json::object();
  const std::size_t width = std::min(options.width, driver.capacity());
  for (const media::srtp::Profile profile : options.profiles) {
    driver.use_profile(profile);
    if (options.setups > 0 && !result.contains("setups"))
      result["setups"] = measure_setups(loop, meter, driver, options.setups, width);
    result["relay"][short_name(profile)] = measure_relay(
        loop, meter, plane, driver, {options.calls, std::chrono::seconds(options.seconds)});
  }
  if (options.beside > 0) {
    BesidePlan beside;
    beside.calls = std::min(options.beside, driver.capacity() - width);
    beside.window = std::chrono::seconds(options.seconds);
    result["beside_setups"] = measure_beside_setups(loop, meter, plane, driver, beside);
  }
  return result;
}

class Registrar {
 public:
  Registrar(const Options& options, EventLoop& loop, const ProcessMeter& meter,
            std::vector<std::unique_ptr<WicUser>>& users)
      : options_(options), loop_(loop), meter_(meter), users_(users) {}

  json measure() {
    json result;
    const std::size_t first = std::min(warm_up, users_.size() / 2);
    // What is allocated once is not counted as a registration's.
    if (run_jobs(loop_, first, options_.width, 20s, job(0)).failed > 0)
      throw std::runtime_error("users cannot register");
    loop_.run_for(500ms);
    const auto before = meter_.resident_bytes();
    result["registrations"] =
        measure_jobs(loop_, meter_, users_.size() - first, options_.width, 120s, job(first));
    loop_.run_for(1s);
    const auto after = meter_.resident_bytes();
    result["memory"] = {{"registrations", users_.size() - first},
                        {"bytes_each", (static_cast<double>(after) - static_cast<double>(before)) /
                                           static_cast<double>(users_.size() - first)},
                        {"resident_bytes", after}};
    if (options_.refreshes > 0) {
      const auto refresh = [this](std::size_t index, std::function<void(bool)> done) {
        users_[index % users_.size()]->register_now(std::move(done));
      };
      result["refreshes"] =
          measure_jobs(loop_, meter_, options_.refreshes, options_.width, 60s, refresh);
    }
    return result;
  }

 private:
  Job job(std::size_t first) {
    return [this, first](std::size_t index, std::function<void(bool)> done) {
      users_[first + index]->register_now(std::move(done));
    };
  }

  const Options& options_;
  EventLoop& loop_;
  const ProcessMeter& meter_;
  std::vector<std::unique_ptr<WicUser>>& users_;
};

std::function<void(std::string_view)> complain_once() {
  return [seen = std::set<std::string, std::less<>>()](std::string_view reason) mutable {
    if (seen.size() < 100 && seen.emplace(reason).second)
      std::cerr << "load_generator: " << reason << "\n";
  };
}

json measure_gateway(const Options& options) {
  EventLoop loop;
  const ProcessMeter meter(options.pid);
  const DtlsContexts contexts;
  const SslContextPtr tls = make_ws_tls_context();
  CallBook calls;
  MediaPlane plane(loop, MediaPorts{});
  const auto complain = complain_once();
  WicWorld world{loop,
                 {parse_address(options.gateway), options.host, options.origin, tls.get()},
                 &plane,
                 &contexts.of(media::srtp::Profile::aead_aes_128_gcm),
                 contexts.fingerprint(),
                 calls,
                 options.callee,
                 complain};
  CoreResponder core(loop, parse_address(options.core), &plane, calls, complain);
  std::vector<UserIdentity> identities = read_identities(options.tokens);
  identities.resize(std::min(identities.size(), options.registrations));
  std::vector<std::unique_ptr<WicUser>> users;
  for (UserIdentity& identity : identities)
    users.push_back(
        std::make_unique<WicUser>(world, std::move(identity), static_cast<unsigned>(users.size())));
  json result = Registrar(options, loop, meter, users).measure();
  GatewayDriver driver(world, core, contexts, users);
  result.update(relay_and_setups(options, loop, meter, plane, driver));
  return result;
}

class SilentSink final : public media::EventSink {
 public:
  void post(media::Event event) noexcept override {
    if (event.kind != media::Event::Kind::connected)
      std::cerr << "load_generator: engine event: " << event.detail << "\n";
  }
};

json measure_engine(const Options& options) {
  EventLoop loop;
  const ProcessMeter meter(0);
  const DtlsContexts contexts;
  MediaPlane plane(loop, MediaPorts{});
  SilentSink sink;
  common::io::SystemRandom random;
  common::Metrics metrics;
  media::io::EngineConfig config;
  const common::IpAddress loopback = *common::IpAddress::parse("127.0.0.1");
  config.webrtc_port = 17500;
  config.webrtc_addresses = {{loopback, loopback}};
  config.core_addresses = {{loopback, loopback}};
  config.core_port_first = 40000;
  config.core_port_last = 49999;
  config.core_shared_port = options.shared_port;
  config.max_legs_per_worker = 10'000;
  config.batch_interval = options.batch_interval;
  // Threads of the engine start on its CPU.
  use_cpu(options.engine_cpu);
  const auto engine = media::io::make_engine(config, random, metrics);
  use_cpu(options.cpu);
  EngineDriver driver(*engine, sink, plane, contexts, 4000);
  return relay_and_setups(options, loop, meter, plane, driver);
}

json measure_rtpengine(const Options& options) {
  EventLoop loop;
  const ProcessMeter meter(options.pid);
  const DtlsContexts contexts;
  MediaPlane plane(loop, MediaPorts{});
  RtpengineClient client(loop, parse_address(options.rtpengine));
  RtpengineDriver driver(client, plane, contexts, 4000);
  return relay_and_setups(options, loop, meter, plane, driver);
}

json measure(const Options& options) {
  if (options.engine) return measure_engine(options);
  return options.rtpengine.empty() ? measure_gateway(options) : measure_rtpengine(options);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    const bench::Options options = bench::Options::parse(argc, argv);
    bench::raise_descriptor_limit();
    bench::use_cpu(options.cpu);
    nlohmann::json result = bench::measure(options);
    if (!options.label.empty()) result["label"] = options.label;
    std::cout << result.dump(2) << "\n";
    return 0;
  } catch (const std::invalid_argument& error) {
    std::cerr << "load_generator: " << error.what() << "\n" << bench::Options::usage();
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "load_generator: " << error.what() << "\n";
    return 1;
  }
}
