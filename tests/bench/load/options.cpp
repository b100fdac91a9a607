// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/options.hpp"

#include <charconv>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>

namespace bench {

namespace {

template <class Number>
Number number(const std::string& text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    throw std::invalid_argument("not a number: " + text);
  return value;
}

template <class Item>
std::vector<Item> list(const std::string& text, const std::function<Item(const std::string&)>& of) {
  std::vector<Item> items;
  std::istringstream stream(text);
  for (std::string item; std::getline(stream, item, ',');) items.push_back(of(item));
  return items;
}

media::srtp::Profile profile(const std::string& name) {
  if (name == "gcm") return media::srtp::Profile::aead_aes_128_gcm;
  if (name == "cm") return media::srtp::Profile::aes128_cm_sha1_80;
  throw std::invalid_argument("unknown SRTP profile: " + name);
}

}  // namespace

Options Options::parse(int argc, char** argv) {
  Options options;
  const std::map<std::string, std::function<void(const std::string&)>> settings{
      {"--gateway", [&](const std::string& v) { options.gateway = v; }},
      {"--host", [&](const std::string& v) { options.host = v; }},
      {"--origin", [&](const std::string& v) { options.origin = v; }},
      {"--core", [&](const std::string& v) { options.core = v; }},
      {"--callee", [&](const std::string& v) { options.callee = v; }},
      {"--tokens", [&](const std::string& v) { options.tokens = v; }},
      {"--label", [&](const std::string& v) { options.label = v; }},
      {"--rtpengine", [&](const std::string& v) { options.rtpengine = v; }},
      {"--pid", [&](const std::string& v) { options.pid = number<pid_t>(v); }},
      {"--cpu", [&](const std::string& v) { options.cpu = number<int>(v); }},
      {"--engine-cpu", [&](const std::string& v) { options.engine_cpu = number<int>(v); }},
      {"--batch-interval",
       [&](const std::string& v) {
         options.batch_interval = std::chrono::microseconds(number<std::size_t>(v));
       }},
      {"--registrations",
       [&](const std::string& v) { options.registrations = number<std::size_t>(v); }},
      {"--refreshes", [&](const std::string& v) { options.refreshes = number<std::size_t>(v); }},
      {"--setups", [&](const std::string& v) { options.setups = number<std::size_t>(v); }},
      {"--width", [&](const std::string& v) { options.width = number<std::size_t>(v); }},
      {"--seconds", [&](const std::string& v) { options.seconds = number<std::size_t>(v); }},
      {"--beside", [&](const std::string& v) { options.beside = number<std::size_t>(v); }},
      {"--calls",
       [&](const std::string& v) { options.calls = list<std::size_t>(v, number<std::size_t>); }},
      {"--profiles",
       [&](const std::string& v) { options.profiles = list<media::srtp::Profile>(v, profile); }},
  };
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--engine" || name == "--shared-port") {
      (name == "--engine" ? options.engine : options.shared_port) = true;
      continue;
    }
    const auto setting = settings.find(name);
    if (setting == settings.end()) throw std::invalid_argument("unknown option: " + name);
    if (++i == argc) throw std::invalid_argument("value missing after " + name);
    setting->second(argv[i]);
  }
  if (!options.engine && options.rtpengine.empty() && options.tokens.empty())
    throw std::invalid_argument("--tokens, --engine or --rtpengine is needed");
  return options;
}

std::string Options::usage() {
  return "load_generator --tokens FILE --pid PID [--gateway ADDRESS] [--host NAME:PORT]\n"
         "    [--origin ORIGIN] [--core ADDRESS] [--callee URI] [--registrations N]\n"
         "    [--refreshes N] [--setups N] [--width N] [--cpu N] [RELAY]\n"
         "load_generator --engine [--engine-cpu N] [--batch-interval MICROSECONDS] [--setups N]\n"
         "    [--width N] [--cpu N] [RELAY]\n"
         "load_generator --rtpengine ADDRESS --pid PID [--setups N] [--width N] [--cpu N] [RELAY]\n"
         "RELAY: [--calls N,N,...] [--profiles gcm,cm] [--seconds N] [--beside CALLS]\n"
         "Prints one JSON object.\n";
}

}  // namespace bench
