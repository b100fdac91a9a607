// SPDX-License-Identifier: Apache-2.0
// Load for an OAuth server: one request, again and again over kept TLS connections, in one thread.
#include <sched.h>
#include <signal.h>

#include <exception>
#include <fstream>
#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "tests/bench/load/https_load.hpp"
#include "tests/bench/load/process_meter.hpp"

namespace bench {
namespace {

struct LoadOptions {
  std::string server = "127.0.0.1:8443";
  std::string host = "localhost:8443";
  HttpsRequest request;
  std::string tokens;  // file, one a line; rewritten with what the flows hold at the end
  std::size_t connections = 64;
  double seconds = 3;
  double warm_up = 0.5;
  double rate = 0;
  pid_t pid = 0;
  int cpu = -1;
};

std::vector<std::string> read_lines(const std::string& file) {
  std::vector<std::string> out;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) out.push_back(line);
  }
  return out;
}

std::chrono::nanoseconds nanoseconds_of(double seconds) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(seconds));
}

nlohmann::json measure(const LoadOptions& options) {
  const auto server = common::Endpoint::parse(options.server);
  if (!server) throw std::runtime_error("--connect: expected address:port");
  HttpsLoad load(*server, options.host, options.request);
  load.connect(options.connections,
               options.tokens.empty() ? std::vector<std::string>{} : read_lines(options.tokens));
  (void)load.run(nanoseconds_of(options.warm_up), options.rate);
  const ProcessMeter meter(options.pid);
  const Usage before = meter.usage();
  const HttpsLoadResult result = load.run(nanoseconds_of(options.seconds), options.rate);
  const Usage spent = meter.usage() - before;
  if (!options.tokens.empty()) {
    std::ofstream out(options.tokens, std::ios::trunc);
    for (const auto& token : load.tokens()) out << token << "\n";
  }
  const double seconds = std::chrono::duration<double>(result.took).count();
  const auto microseconds = [](std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::micro>(time).count();
  };
  const double done = static_cast<double>(result.done);
  return {{"done", result.done},
          {"failed", result.failed},
          {"per_second", done / seconds},
          {"cpu_us_each", microseconds(spent.measured) / std::max(done, 1.0)},
          {"latency_p50_us", microseconds(result.latency.quantile(0.5))},
          {"latency_p99_us", microseconds(result.latency.quantile(0.99))},
          {"server_cores", microseconds(spent.measured) / 1e6 / seconds},
          {"generator_cores", microseconds(spent.generator) / 1e6 / seconds},
          {"resident_bytes", meter.resident_bytes()}};
}

int run(int argc, char** argv) {
  LoadOptions options;
  CLI::App app("Load for an OAuth server", "waf_load");
  app.add_option("--connect", options.server)->capture_default_str();
  app.add_option("--host", options.host)->capture_default_str();
  app.add_option("--method", options.request.method)->capture_default_str();
  app.add_option("--target", options.request.target)->required();
  app.add_option("--field", options.request.fields, "Header field, Name: value");
  app.add_option("--body", options.request.body, "@token@ stands for the connection's token");
  app.add_option("--tokens", options.tokens, "A file of tokens, one for each connection");
  app.add_option("--connections", options.connections)->capture_default_str();
  app.add_option("--seconds", options.seconds)->capture_default_str();
  app.add_option("--warm-up", options.warm_up)->capture_default_str();
  app.add_option("--rate", options.rate, "Requests a second; 0: as fast as answers come");
  app.add_option("--pid", options.pid, "Whose CPU time is counted");
  app.add_option("--cpu", options.cpu);
  CLI11_PARSE(app, argc, argv);
  ::signal(SIGPIPE, SIG_IGN);
  if (options.cpu >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(options.cpu), &set);
    sched_setaffinity(0, sizeof set, &set);
  }
  std::cout << measure(options).dump() << std::endl;
  return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    return bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "waf_load: " << error.what() << "\n";
    return 1;
  }
}
