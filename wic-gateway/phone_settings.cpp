// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/phone_settings.hpp"

#include <algorithm>

namespace wic {
namespace {

using common::ConfigTable;
using namespace std::chrono_literals;

// token-auth 3.5: one captured Digest of a ten-digit code is undone in a second.
constexpr std::int64_t least_digits_in_clear = 12;

std::size_t size_of(const ConfigTable& table, std::string_view key, std::int64_t least,
                    std::int64_t most, std::size_t fallback) {
  return static_cast<std::size_t>(
      table.integer(key, least, most, static_cast<std::int64_t>(fallback)));
}

ims::Transport transport_of(const ConfigTable& table) {
  const std::string name = table.string("transport");
  if (name == "udp") return ims::Transport::udp;
  if (name == "tcp") return ims::Transport::tcp;
  if (name != "tls") table.refuse("transport", "expected udp, tcp or tls");
  return ims::Transport::tls;
}

std::vector<ims::DigestAlgorithm> digest_of(const ConfigTable& table,
                                            std::vector<std::string> fallback) {
  std::vector<ims::DigestAlgorithm> out;
  for (const std::string& name : table.strings("digest", std::move(fallback))) {
    bool known = false;
    for (const auto algorithm : {ims::DigestAlgorithm::sha256, ims::DigestAlgorithm::sha512_256,
                                 ims::DigestAlgorithm::md5}) {
      if (name != ims::digest_name(algorithm)) continue;
      known = true;
      if (std::find(out.begin(), out.end(), algorithm) != out.end()) {
        table.refuse("digest", "expected each algorithm once (RFC 8760)");
      }
      out.push_back(algorithm);
    }
    if (!known) table.refuse("digest", "expected SHA-256, SHA-512-256 or MD5");
  }
  return out;
}

ims::PhoneAccess access_of(const ConfigTable& table, ims::Transport transport, bool has_waf) {
  const bool secure = transport == ims::Transport::tls;
  ims::PhoneAccess access;
  access.tokens = table.boolean("tokens", secure);
  if (access.tokens && !secure) {
    table.refuse("tokens", "a token is never taken over a transport that everybody can read");
  }
  const bool clear = table.boolean("allow_cleartext", false);
  if (clear && secure) table.refuse("allow_cleartext", "is for udp and tcp");
  const bool codes = has_waf && (secure || clear);
  access.digest = digest_of(
      table, codes ? std::vector<std::string>{"SHA-256", "MD5"} : std::vector<std::string>{});
  access.body_codes = table.boolean("body_codes", codes);
  for (const std::string& text : table.strings("code_networks", std::vector<std::string>{})) {
    const auto prefix = common::IpPrefix::parse(text);
    if (!prefix) table.refuse("code_networks", "expected prefixes such as \"192.0.2.0/24\"");
    access.code_networks.push_back(*prefix);
  }
  access.least_code_digits = static_cast<std::size_t>(
      table.integer("least_code_digits", secure ? 8 : least_digits_in_clear, 32,
                    secure ? 8 : least_digits_in_clear));
  access.challenge_requests = table.boolean("challenge_requests", false);
  access.star_prefix = table.string("star_prefix", "");
  access.star_devices = table.strings("star_devices", std::vector<std::string>{});
  access.media_offer = read_phone_offer(table, "media_offer");
  const bool wants_codes =
      !access.digest.empty() || access.body_codes || !access.star_prefix.empty();
  if (wants_codes && !secure && !clear) {
    table.refuse("allow_cleartext", "access codes over udp or tcp need allow_cleartext = true");
  }
  if (wants_codes && !has_waf) {
    table.refuse("digest", "access codes need the [waf] table: the WAF verifies them");
  }
  if (clear && access.code_networks.empty()) {
    table.refuse("code_networks", "allow_cleartext needs the networks that codes are taken from");
  }
  if (!access.star_prefix.empty() && access.star_devices.empty()) {
    table.refuse("star_devices", "expected the user parts of device identities");
  }
  return access;
}

io::PhoneListenerConfig listener_of(const ConfigTable& table, bool has_waf) {
  io::PhoneListenerConfig out;
  out.transport = transport_of(table);
  out.address = table.endpoint("address");
  out.own_host = table.string("advertise", out.address.to_string());
  if (out.address.address.is_unspecified() && !table.has("advertise")) {
    table.refuse("advertise", "expected host:port as phones know it, for Via and Record-Route");
  }
  out.access = std::make_shared<ims::PhoneAccess>(access_of(table, out.transport, has_waf));
  if (out.transport != ims::Transport::tls) return out;
  out.certificate = table.path("certificate");
  out.private_key = table.path("private_key");
  const std::string wanted =
      table.choice("client_certificates", {"none", "optional", "required"}, "none");
  if (wanted != "none") {
    out.client_ca = table.path("client_ca");
    out.client_certificates =
        wanted == "required" ? io::ClientCertificates::required : io::ClientCertificates::optional;
  }
  return out;
}

}  // namespace

void read_phones(const ConfigTable& table, Settings& settings) {
  io::PhoneServerConfig& phones = settings.phones;
  for (const ConfigTable& listener : table.tables("listen")) {
    phones.listen.push_back(listener_of(listener, settings.waf.has_value()));
  }
  phones.handshake_timeout = table.duration("handshake_timeout", 1s, 60s, 10s);
  StreamLimits& streams = phones.streams;
  streams.max_message = size_of(table, "max_message", 4096, 65'536, 65'536);
  const auto per_second = static_cast<double>(table.integer("messages_per_second", 1, 10'000, 50));
  streams.messages = {per_second, per_second * 4};
  streams.send_queue = size_of(table, "send_queue", 65'536, 16'777'216, 262'144);
  streams.message_timeout = table.duration("message_timeout", 1s, 60s, 10s);
  streams.idle_timeout = table.duration("idle_timeout", 1min, 24h, 70min);
  AdmissionLimits& connections = phones.admission;
  connections.connections = size_of(table, "max_connections", 1, 1'000'000, 20'000);
  connections.connections_per_address =
      size_of(table, "max_connections_per_address", 1, 1'000'000, 256);
  const auto fresh = static_cast<double>(table.integer("connections_per_second", 1, 100'000, 20));
  connections.handshakes = {fresh, fresh * 2};
  connections.token_failures = settings.ws.admission.token_failures;
  DatagramLimits& datagrams = phones.datagrams;
  datagrams.admission = connections;
  datagrams.messages = streams.messages;
  datagrams.keep_alive = table.duration("keep_alive", 0s, 10min, 25s);

  ims::Policy& policy = settings.policy;
  policy.phone_scopes = table.strings("register_scopes", policy.phone_scopes);
  policy.phone_t1 = table.duration("t1", 10ms, 10s, 500ms);
  policy.phone_t2 = table.duration("t2", 10ms, 60s, 4s);
  policy.phone_t4 = table.duration("t4", 10ms, 60s, 5s);
  policy.nonce_life =
      std::chrono::ceil<std::chrono::seconds>(table.duration("nonce_life", 5s, 10min, 60s));
  policy.star_expires =
      std::chrono::ceil<std::chrono::seconds>(table.duration("star_expires", 30s, 1h, 2min));
  policy.announcement =
      std::chrono::ceil<std::chrono::seconds>(table.duration("announcement", 1s, 60s, 4s));
  settings.phone_sessions.audience = settings.auth.tokens.audience;
  settings.phone_sessions.scopes = policy.phone_scopes;
  settings.phone_sessions.sessions = size_of(table, "max_sessions", 1, 1'000'000, 100'000);
  settings.phone_sessions.requests = size_of(table, "max_exchanges", 1, 100'000, 256);
}

std::optional<ims::sdp::PhoneOffer> read_phone_offer(const ConfigTable& table,
                                                     std::string_view key) {
  using ims::sdp::PhoneOffer;
  if (!table.has(key)) return std::nullopt;
  const std::string name = table.choice(key, {"plain", "optional", "sdes", "dtls"}, "optional");
  if (name == "plain") return PhoneOffer::plain;
  if (name == "sdes") return PhoneOffer::sdes;
  return name == "dtls" ? PhoneOffer::dtls : PhoneOffer::optional;
}

}  // namespace wic
