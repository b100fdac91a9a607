// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/settings.hpp"

#include <algorithm>

#include "wic-gateway/phone_settings.hpp"
#include "wic-gateway/ws/handshake.hpp"

namespace wic {
namespace {

using common::ConfigTable;
using namespace std::chrono_literals;

template <class Duration>
Duration rounded(std::chrono::milliseconds time) {
  return std::chrono::ceil<Duration>(time);
}

std::size_t size_of(const ConfigTable& table, std::string_view key, std::int64_t least,
                    std::int64_t most, std::size_t fallback) {
  return static_cast<std::size_t>(
      table.integer(key, least, most, static_cast<std::int64_t>(fallback)));
}

std::vector<common::Endpoint> endpoints(const ConfigTable& table, std::string_view key) {
  std::vector<common::Endpoint> out;
  for (const std::string& text : table.strings(key)) {
    const auto endpoint = common::Endpoint::parse(text);
    if (!endpoint) table.refuse(key, "expected addresses with port such as \"127.0.0.1:7443\"");
    out.push_back(*endpoint);
  }
  if (out.empty()) table.refuse(key, "expected at least one address with port");
  return out;
}

std::vector<common::IpAddress> addresses(const ConfigTable& table, std::string_view key,
                                         std::vector<std::string> fallback) {
  std::vector<common::IpAddress> out;
  for (const std::string& text : table.strings(key, std::move(fallback))) {
    const auto address = common::IpAddress::parse(text);
    if (!address) table.refuse(key, "expected IP addresses such as \"127.0.0.1\"");
    out.push_back(*address);
  }
  return out;
}

Rate rate(const ConfigTable& table, std::string_view key, std::int64_t fallback, double burst) {
  const auto per_second = static_cast<double>(table.integer(key, 1, 1'000'000, fallback));
  return {per_second, per_second * burst};
}

void check_origins(const ConfigTable& table, std::string_view key,
                   const std::vector<std::string>& origins) {
  for (const std::string& origin : origins) {
    if (!is_serialized_origin(origin)) {
      table.refuse(key,
                   "expected origins such as \"https://phone.example\", not \"" + origin + "\"");
    }
  }
}

void read_ws(const ConfigTable& table, io::WsServerConfig& ws) {
  ws.listen = endpoints(table, "listen");
  ws.plain = table.boolean("plain_for_tests", false);
  const bool loopback = std::all_of(ws.listen.begin(), ws.listen.end(),
                                    [](const auto& at) { return at.address.is_loopback(); });
  if (ws.plain && !loopback) {
    table.refuse("plain_for_tests", "only loopback addresses may listen without TLS (SEC-01)");
  }
  if (!ws.plain || table.has("certificate")) ws.certificate = table.path("certificate");
  if (!ws.plain || table.has("private_key")) ws.private_key = table.path("private_key");
  ws.origins = table.strings("origins");
  check_origins(table, "origins", ws.origins);
  ws.handshake_timeout = table.duration("handshake_timeout", 1s, 60s, 10s);
  ws.limits.ping_interval = table.duration("ping_interval", 1s, 1h, 25s);
  ws.limits.pong_timeout = table.duration("pong_timeout", 100ms, 10min, 10s);
  ws.limits.close_timeout = table.duration("close_timeout", 100ms, 60s, 2s);
  ws.limits.max_message = size_of(table, "max_message", 4096, 65'536, 65'536);
  ws.limits.messages = rate(table, "messages_per_second", 50, 4);
  ws.limits.send_queue = size_of(table, "send_queue", 65'536, 16'777'216, 262'144);
  ws.admission.connections = size_of(table, "max_connections", 1, 1'000'000, 20'000);
  ws.admission.connections_per_address =
      size_of(table, "max_connections_per_address", 1, 1'000'000, 64);
  ws.admission.handshakes = rate(table, "handshakes_per_second", 20, 2);
}

std::vector<common::jose::Algorithm> algorithms(const ConfigTable& table) {
  std::vector<common::jose::Algorithm> out;
  for (const std::string& name : table.strings("algorithms", {"ES256"})) {
    const auto algorithm = common::jose::algorithm_from(name);
    if (!algorithm) table.refuse("algorithms", "expected ES256, EdDSA, RS256 or PS256");
    out.push_back(*algorithm);
  }
  return out;
}

void read_auth(const ConfigTable& table, Settings& settings) {
  TokenPolicy& tokens = settings.auth.tokens;
  tokens.issuer = table.string("issuer");
  if (!tokens.issuer.starts_with("https://") || tokens.issuer.ends_with('/')) {
    table.refuse("issuer", "expected an https URL without a slash at its end");
  }
  tokens.audience = table.string("audience");
  tokens.clients = table.strings("clients", std::vector<std::string>{});
  tokens.algorithms = algorithms(table);
  if (table.has("ca_file")) settings.ca_file = table.path("ca_file");
  if (table.has("jwks_file")) settings.jwks_file = table.path("jwks_file");
  settings.jwks.refresh = table.duration("jwks_refresh", 10s, 24h, 10min);
  settings.jwks.keep = table.duration("jwks_keep", 1min, 30 * 24h, 24h);
  settings.jwks.unknown_key = table.duration("jwks_unknown_key", 1s, 1h, 60s);
  settings.auth.unknown_key = settings.jwks.unknown_key;
  settings.auth.hold = table.duration("jwks_hold", 100ms, 10s, 3s);
  settings.auth.cache = size_of(table, "token_cache", 0, 1'000'000, 10'000);
  const auto failures = static_cast<double>(table.integer("failures_per_minute", 1, 100'000, 20));
  settings.ws.admission.token_failures = {failures / 60, failures};

  const ConfigTable origins = table.table("wwsf_origins");
  for (const std::string& wwsf : origins.keys()) {
    settings.auth.wwsf_origins[wwsf] = origins.strings(wwsf);
    check_origins(origins, wwsf, settings.auth.wwsf_origins[wwsf]);
  }

  ims::Policy& policy = settings.policy;
  policy.authz_server = tokens.issuer;
  policy.verification_timeout = rounded<std::chrono::seconds>(settings.auth.hold + 2s);
  policy.register_scopes = table.strings("register_scopes", policy.register_scopes);
  policy.call_scope = table.string("call_scope", policy.call_scope);
  policy.message_scope = table.string("message_scope", policy.message_scope);
  policy.operator_waf_domains = table.strings("operator_waf_domains", {policy.home_domain});
  policy.waf_parameter = table.string("waf_parameter", policy.waf_parameter);
  policy.wwsf_parameter = table.string("wwsf_parameter", policy.wwsf_parameter);
}

void read_revocations(const ConfigTable& table, Settings& settings) {
  using Stale = AuthenticatorConfig::Stale;
  settings.follow_revocations = table.boolean("follow_revocations", true);
  settings.revocations = size_of(table, "max_revocations", 100, 10'000'000, 100'000);
  settings.auth.feed_silence = table.duration("feed_silence", 5s, 1h, 60s);
  const std::string stale =
      table.choice("stale_feed", {"introspect", "refuse", "accept"}, "introspect");
  settings.auth.stale_feed = stale == "introspect" ? Stale::introspect
                             : stale == "refuse"   ? Stale::refuse
                                                   : Stale::accept;
  settings.auth.introspection_timeout = settings.waf->timeout;
  settings.auth.introspection_cache =
      rounded<std::chrono::seconds>(table.duration("introspection_cache", 0s, 30s, 30s));
}

void read_waf(const ConfigTable& table, Settings& settings) {
  if (!table.has("client_id")) return;
  io::WafClientConfig waf;
  waf.issuer = settings.auth.tokens.issuer;
  waf.ca_file = settings.ca_file;
  waf.client_id = table.string("client_id");
  if (table.has("certificate")) {
    waf.certificate = table.path("certificate");
    waf.certificate_key = table.path("certificate_key");
  } else {
    waf.key_file = table.path("key_file");
    waf.key_id = table.string("key_id", "");
  }
  waf.scopes = table.strings("scopes", {"waf.events", "waf.introspect"});
  waf.timeout = table.duration("timeout", 100ms, 30s, 2s);
  waf.max_in_flight = size_of(table, "max_in_flight", 1, 100'000, 256);
  waf.breaker_pause = table.duration("breaker_pause", 100ms, 10min, 2s);
  settings.waf = std::move(waf);
  read_revocations(table, settings);
}

std::string sip_uri(const ConfigTable& table, std::string_view key, std::string fallback) {
  std::string uri = table.string(key, std::move(fallback));
  if (!uri.empty() && !uri.starts_with("sip:")) table.refuse(key, "expected a SIP URI");
  return uri;
}

void read_core(const ConfigTable& table, Settings& settings) {
  ims::io::MwConfig& core = settings.core;
  core.bind.address = table.address("address");
  if (core.bind.address.is_unspecified()) {
    table.refuse("address", "expected the address under which the core reaches the gateway");
  }
  core.bind.port = static_cast<std::uint16_t>(
      table.integer("port", 1, 65'535 - static_cast<std::int64_t>(settings.workers) + 1, 5070));
  for (const std::string& text : table.strings("trusted")) {
    const auto prefix = common::IpPrefix::parse(text);
    if (!prefix) {
      table.refuse("trusted", "expected addresses or prefixes such as \"192.0.2.0/24\"");
    }
    core.trusted.push_back(*prefix);
  }
  core.t1 = table.duration("t1", 10ms, 10s, 500ms);
  core.t2 = table.duration("t2", 10ms, 60s, 4s);
  core.t4 = table.duration("t4", 10ms, 60s, 5s);
  core.max_message = size_of(table, "max_message", 4096, 65'536, 65'536);
  core.max_transactions = size_of(table, "max_transactions", 1, 1'000'000, 20'000);

  ims::Policy& policy = settings.policy;
  policy.register_next_hop = sip_uri(table, "next_hop", "");
  policy.visited_network_id = table.string("visited_network", policy.home_domain);
  policy.ioi = table.string("operator_id", policy.home_domain);
  const std::string host = core.bind.address.to_string();
  policy.icid_host = core.bind.address.is_v6() ? "[" + host + "]" : host;
  policy.access_network_info = table.string("access_network_info", "");
  policy.reject_foreign_routes = table.boolean("reject_foreign_routes", false);
}

void read_registration(const ConfigTable& table, Settings& settings) {
  ims::Policy& policy = settings.policy;
  policy.max_expires = rounded<std::chrono::seconds>(table.duration("max_expires", 1min, 24h, 1h));
  policy.grace = rounded<std::chrono::seconds>(table.duration("grace", 0s, 30s, 30s));
  policy.flow_timer = rounded<std::chrono::seconds>(table.duration("flow_timer", 0s, 1h, 0s));
  policy.max_bindings = static_cast<unsigned>(table.integer("max_per_user", 1, 1000, 10));
  policy.subscribe_reg_event = table.boolean("subscribe_reg_event", true);
  settings.deregister_on_stop = table.boolean("deregister_on_stop", true);
  settings.stop_timeout = table.duration("stop_timeout", 0s, 60s, 5s);
}

void read_calls(const ConfigTable& table, Settings& settings) {
  ims::Policy& policy = settings.policy;
  policy.dialogs = size_of(table, "max_calls", 1, 1'000'000, 5000);
  policy.ring_timeout =
      rounded<std::chrono::seconds>(table.duration("ring_timeout", 10s, 15min, 200s));
  policy.calls_survive_expiry = table.choice("after_expiry", {"keep", "release"}, "keep") == "keep";
  policy.emergency_numbers = table.strings("emergency_numbers", policy.emergency_numbers);
  policy.force_from = table.boolean("force_from", false);
  policy.add_mmtel_icsi = table.boolean("add_mmtel_icsi", true);
}

media::Latch latch_named(const std::string& name) {
  if (name == "off") return media::Latch::off;
  return name == "any" ? media::Latch::any : media::Latch::host;
}

void read_ports(const ConfigTable& table, std::string_view key, std::vector<std::int64_t> fallback,
                std::uint16_t& first, std::uint16_t& last) {
  const auto ports = table.integers(key, 1024, 65'535, std::move(fallback));
  if (ports.size() != 2 || ports[0] >= ports[1]) table.refuse(key, "expected [first, last]");
  first = static_cast<std::uint16_t>(ports[0]);
  last = static_cast<std::uint16_t>(ports[1]);
}

void read_phone_media(const ConfigTable& table, Settings& settings) {
  media::io::EngineConfig& engine = settings.media;
  const auto bind = addresses(table, "addresses", {});
  const auto advertised = addresses(table, "advertised", {});
  if (!advertised.empty() && advertised.size() != bind.size()) {
    table.refuse("advertised", "expected one address for each of `addresses`");
  }
  for (std::size_t i = 0; i < bind.size(); ++i) {
    engine.access_addresses.push_back({bind[i], advertised.empty() ? bind[i] : advertised[i]});
  }
  read_ports(table, "ports", {24'000, 27'999}, engine.access_port_first, engine.access_port_last);
  PhoneMediaConfig& phones = settings.calls.phones;
  phones.offer = read_phone_offer(table, "offer").value_or(phones.offer);
  phones.require_srtp = table.boolean("require_srtp", false);
  phones.sdes_over_clear = table.boolean("keys_over_clear_signalling", false);
  phones.suites = table.strings("suites", phones.suites);
  for (const std::string& suite : phones.suites) {
    if (ims::sdp::key_size_of(suite) == 0) table.refuse("suites", "unknown suite " + suite);
  }
  phones.latch = latch_named(table.choice("latch", {"host", "any", "off"}, "host"));
  phones.relatch = table.boolean("relatch", true);
}

media::srtp::Backend backend_named(std::string_view name) {
  if (name == "openssl") return media::srtp::Backend::openssl;
  return name == "libsrtp" ? media::srtp::Backend::libsrtp : media::srtp::Backend::native;
}

void read_announcements(const ConfigTable& table, Settings& settings) {
  const auto file = [&](const char* key, ims::Announcement what) {
    if (!table.string(key, "").empty()) settings.sound_files[what] = table.path(key);
  };
  file("accepted", ims::Announcement::accepted);
  file("refused", ims::Announcement::refused);
  file("hold", ims::Announcement::hold);
}

void read_media(const ConfigTable& table, Settings& settings) {
  media::io::EngineConfig& engine = settings.media;
  engine.workers = static_cast<unsigned>(table.integer("workers", 1, 256, 1));
  const auto webrtc = endpoints(table, "webrtc");
  const auto advertised = addresses(table, "advertised", {});
  if (!advertised.empty() && advertised.size() != webrtc.size()) {
    table.refuse("advertised", "expected one address for each of `webrtc`");
  }
  for (std::size_t index = 0; index < webrtc.size(); ++index) {
    if (webrtc[index].port != webrtc[0].port) {
      table.refuse("webrtc", "expected the same port on every address");
    }
    const common::IpAddress bind = webrtc[index].address;
    engine.webrtc_addresses.push_back({bind, advertised.empty() ? bind : advertised[index]});
  }
  engine.webrtc_port = webrtc[0].port;
  const auto tcp_port = static_cast<std::uint16_t>(table.integer("ice_tcp_port", 0, 65'535, 0));
  engine.ice_tcp_connections = size_of(table, "ice_tcp_connections", 1, 1'000'000, 2000);
  if (table.boolean("ice_tcp", true)) {
    engine.ice_tcp_port = tcp_port == 0 ? engine.webrtc_port : tcp_port;
  }
  for (const common::IpAddress& address : addresses(table, "core", {"127.0.0.1"})) {
    engine.core_addresses.push_back({address, address});
  }
  read_ports(table, "core_ports", {20'000, 23'999}, engine.core_port_first, engine.core_port_last);
  settings.calls.latch = table.boolean("latch", false);
  engine.core_shared_port = table.boolean("shared_port", false);
  if (engine.core_shared_port && settings.calls.latch) {
    table.refuse("shared_port", "cannot learn the core's addresses (latch) on a shared port");
  }
  engine.core_strict_source = table.boolean("strict_source", false);
  if (const std::string folder = table.string("table", ""); !folder.empty()) {
    engine.table_directory = table.path("table");
  }
  engine.max_legs_per_worker = size_of(table, "max_legs", 2, 1'000'000, 4096);
  engine.consent_timeout = table.duration("consent_timeout", 1s, 1h, 30s);
  engine.one_way_after = table.duration("one_way_after", 0s, 1h, 10s);
  engine.media_timeout = table.duration("media_timeout", 0s, 24h, 0s);
  engine.dscp = static_cast<std::uint8_t>(table.integer("dscp", 0, 63, 46));
  engine.batch_interval = table.short_duration("batch_interval", 0us, 10ms, 700us);
  engine.srtp_backend =
      backend_named(table.choice("srtp", {"native", "openssl", "libsrtp"}, "native"));
  for (const std::int64_t cpu : table.integers("cpus", 0, 1023, {})) {
    engine.cpus.push_back(static_cast<int>(cpu));
  }
  settings.calls.sdp.transcoding =
      table.strings("transcoding", {"amr-wb", "opus", "g722", "amr", "pcma", "pcmu"});
  for (const std::string& codec : settings.calls.sdp.transcoding) {
    if (ims::sdp::own_formats(codec).empty()) {
      table.refuse("transcoding", "'" + codec + "' is not spoken here");
    }
  }
  engine.transcoding_threads =
      static_cast<unsigned>(table.integer("transcoding_threads", 1, 256, 1));
  engine.transcoding_queue_limit = size_of(table, "transcoding_queue", 100, 1'000'000, 2048);
  settings.calls.sdp.video = table.boolean("video", true);
  settings.calls.sdp.extended_reports = table.boolean("extended_reports", false);
  read_phone_media(table.table("phones"), settings);
  settings.calls.sdp.core_family = engine.core_addresses.front().bind.family;
}

Settings read_file(const ConfigTable& file) {
  Settings settings;
  const ConfigTable gateway = file.table("gateway");
  settings.policy.home_domain = gateway.string("home_domain");
  settings.workers = static_cast<unsigned>(gateway.integer("workers", 1, 256, 1));
  settings.queue = size_of(gateway, "queue", 100, 1'000'000, 10'000);
  settings.core_dumps = gateway.boolean("core_dumps", false);
  const ConfigTable log = file.table("log");
  settings.log_level = log.choice("level", {"trace", "debug", "info", "warn", "error"}, "info");
  settings.log_format = log.choice("format", {"text", "json"}, "text");

  const ConfigTable ws = file.table("ws");
  read_ws(ws, settings.ws);
  settings.policy.unregistered_idle =
      rounded<std::chrono::seconds>(ws.duration("unregistered_idle", 1s, 10min, 10s));
  read_auth(file.table("auth"), settings);
  read_waf(file.table("waf"), settings);
  read_phones(file.table("phones"), settings);
  read_core(file.table("core"), settings);
  read_registration(file.table("registration"), settings);
  read_calls(file.table("calls"), settings);
  read_media(file.table("media"), settings);
  read_announcements(file.table("announcements"), settings);
  const ConfigTable admin = file.table("admin");
  settings.admin = admin.endpoint("listen");
  if (!settings.admin.address.is_loopback()) {
    admin.refuse("listen", "expected a loopback address: the admin interface asks for no password");
  }
  settings.policy.w2_via_host = settings.ws.listen.front().to_string();
  settings.policy.limits.message = settings.ws.limits.max_message;
  return settings;
}

}  // namespace

Settings read_settings(const ConfigTable& file) { return file.read_all(read_file); }

}  // namespace wic
