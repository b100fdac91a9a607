// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/waf_client.hpp"

#include <charconv>
#include <mutex>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "common/errc.hpp"
#include "common/io/http_client.hpp"
#include "common/io/key_files.hpp"
#include "common/jose/json.hpp"
#include "common/log.hpp"
#include "wic-gateway/auth/circuit_breaker.hpp"
#include "wic-gateway/auth/issuer_metadata.hpp"

namespace wic::io {
namespace {

using common::Errc;
using common::fail;
using common::HttpResponse;
using common::Result;

constexpr std::chrono::seconds assertion_life{50};
constexpr std::size_t assertion_id_octets = 16;
constexpr const char* assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

common::io::HttpClientOptions http_options(const WafClientConfig& config) {
  common::io::HttpClientOptions out;
  out.ca_file = config.ca_file;
  out.certificate = config.certificate;
  out.certificate_key = config.certificate_key;
  out.connect_timeout = config.timeout;
  out.total_timeout = config.timeout;
  out.max_in_flight = config.max_in_flight;
  out.max_idle = 16;
  return out;
}

std::optional<common::jose::Signer> make_signer(const WafClientConfig& config) {
  if (!config.key_file) return std::nullopt;
  const auto key = common::io::load_signing_key(
      *config.key_file, config.key_id.empty() ? config.client_id : config.key_id);
  if (!key) throw std::runtime_error(config.key_file->string() + ": " + key.error().message());
  return common::jose::Signer(*key, "JWT");
}

std::optional<std::chrono::seconds> retry_after(const HttpResponse& response) {
  const std::string_view text = response.headers.get("Retry-After");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

const std::string& address_of(const IssuerMetadata& metadata, WafEndpoint endpoint) {
  switch (endpoint) {
    case WafEndpoint::token:
      return metadata.token_endpoint;
    case WafEndpoint::introspection:
      return metadata.introspection_endpoint;
    case WafEndpoint::revocation:
      break;
  }
  return metadata.revocation_endpoint;
}

const char* name_of(WafEndpoint endpoint) {
  switch (endpoint) {
    case WafEndpoint::token:
      return "token";
    case WafEndpoint::introspection:
      return "introspection";
    case WafEndpoint::revocation:
      break;
  }
  return "revocation";
}

/// A token of our own and when to fetch the next.
struct OwnToken {
  std::string text;
  common::TimePoint refresh_at{};
};

Result<OwnToken> read_token(const WafAnswer& answer, common::TimePoint now) {
  const auto body = common::jose::parse_json(answer.body, {64 * 1024, 8});
  const bool readable = body && body->is_object();
  if (answer.status != 200 || !readable || !body->contains("access_token") ||
      !body->at("access_token").is_string()) {
    const bool named = readable && body->contains("error") && body->at("error").is_string();
    return fail(Errc::malformed_response,
                "no token for the gateway: " + std::to_string(answer.status) +
                    (named ? " " + body->at("error").get<std::string>() : std::string()));
  }
  const double life = body->contains("expires_in") && body->at("expires_in").is_number()
                          ? body->at("expires_in").get<double>()
                          : 60.0;
  const auto usable = std::chrono::milliseconds(static_cast<long>(life * 800));
  return OwnToken{body->at("access_token").get<std::string>(), now + usable};
}

}  // namespace

struct WafClient::State {
  State(WafClientConfig given, common::RandomSource& random_source, common::Metrics& all_metrics)
      : config(std::move(given)),
        random(random_source),
        metrics(all_metrics),
        in_flight(metrics.gauge("wic_gateway_waf_requests_in_flight",
                                "Requests to the WAF waiting for their answer")),
        breaker_open(metrics.gauge("wic_gateway_waf_breaker_open",
                                   "1 while requests to the WAF fail at once")),
        signer(make_signer(config)),
        breaker(config.breaker_failures, config.breaker_pause),
        http(http_options(config)) {}

  using MetadataDone = std::function<void(const Result<IssuerMetadata>&)>;
  void with_metadata(MetadataDone done);
  void handle_metadata(const Result<HttpResponse>& response);
  void send(WafEndpoint endpoint, const std::string& address, common::FormFields fields, Done done);
  void handle_token(const Result<WafAnswer>& answer);
  void note_outcome(WafEndpoint endpoint, const Result<HttpResponse>& response);
  [[nodiscard]] bool admit();
  [[nodiscard]] std::string assertion();

  const WafClientConfig config;
  common::RandomSource& random;
  common::Metrics& metrics;
  common::Gauge in_flight;
  common::Gauge breaker_open;
  std::mutex mutex;  // guards what follows but `http`
  std::optional<common::jose::Signer> signer;
  CircuitBreaker breaker;
  std::optional<IssuerMetadata> metadata;
  common::TimePoint metadata_at{};
  std::vector<MetadataDone> metadata_waiting;
  std::optional<OwnToken> token;
  std::vector<TokenDone> token_waiting;
  common::io::HttpClient http;  // the last: its end reports to what is above
};

bool WafClient::State::admit() {
  const std::scoped_lock lock(mutex);
  return breaker.admit(common::SteadyClock::now());
}

void WafClient::State::note_outcome(WafEndpoint endpoint, const Result<HttpResponse>& response) {
  const bool failed = !response || response->status >= 500;
  const std::string result = !response ? "failed" : std::to_string(response->status / 100) + "xx";
  metrics
      .counter("wic_gateway_waf_requests_total", "Requests to the WAF, by what came of them",
               {{"endpoint", name_of(endpoint)}, {"result", result}})
      .add();
  in_flight.add(-1);
  const std::scoped_lock lock(mutex);
  const bool was_open = breaker.is_open();
  if (failed) {
    breaker.handle_failure(common::SteadyClock::now());
  } else {
    breaker.handle_success();
  }
  breaker_open.set(breaker.is_open() ? 1 : 0);
  if (breaker.is_open() == was_open) return;
  if (was_open) return common::log::info("WAF {} answers again", config.issuer);
  common::log::warn(
      "WAF {} does not answer: {}", config.issuer,
      response ? "HTTP " + std::to_string(response->status) : response.error().message());
}

void WafClient::State::with_metadata(MetadataDone done) {
  std::optional<IssuerMetadata> known;
  {
    const std::scoped_lock lock(mutex);
    if (metadata && common::SteadyClock::now() < metadata_at + config.metadata_refresh) {
      known = metadata;
    } else {
      metadata_waiting.push_back(std::move(done));
      if (metadata_waiting.size() > 1) return;
    }
  }
  if (known) return done(*known);
  http.get(config.issuer + "/.well-known/oauth-authorization-server",
           {{"Accept", "application/json"}},
           [this](const Result<HttpResponse>& response) { handle_metadata(response); });
}

void WafClient::State::handle_metadata(const Result<HttpResponse>& response) {
  Result<IssuerMetadata> fresh = fail(Errc::malformed_response, "no metadata");
  if (!response) {
    fresh = fail(response.error());
  } else if (response->status == 200) {
    fresh = read_issuer_metadata(response->body, config.issuer, config.certificate.has_value());
  }
  std::vector<MetadataDone> waiting;
  {
    const std::scoped_lock lock(mutex);
    waiting.swap(metadata_waiting);
    if (fresh) {
      metadata = *fresh;
      metadata_at = common::SteadyClock::now();
    } else if (metadata) {
      fresh = *metadata;  // old addresses are better than none
    }
  }
  for (const MetadataDone& done : waiting) done(fresh);
}

std::string WafClient::State::assertion() {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const nlohmann::json claims = {
      {"iss", config.client_id}, {"sub", config.client_id},
      {"aud", config.issuer},    {"jti", random.base64url(assertion_id_octets)},
      {"iat", now.count()},      {"exp", (now + assertion_life).count()}};
  const std::scoped_lock lock(mutex);
  return signer->sign(claims.dump());
}

void WafClient::State::send(WafEndpoint endpoint, const std::string& address,
                            common::FormFields fields, Done done) {
  if (address.empty()) {
    in_flight.add(-1);
    return done(fail(Errc::malformed_response,
                     std::string("the WAF names no ") + name_of(endpoint) + " endpoint"));
  }
  fields.emplace_back("client_id", config.client_id);
  if (signer) {
    fields.emplace_back("client_assertion_type", assertion_type);
    fields.emplace_back("client_assertion", assertion());
  }
  http.post(
      address,
      {{"Accept", "application/json"}, {"Content-Type", "application/x-www-form-urlencoded"}},
      common::encode_form(fields),
      [this, endpoint, done = std::move(done)](Result<HttpResponse> response) {
        note_outcome(endpoint, response);
        if (!response) return done(fail(response.error()));
        if (response->status >= 500) {
          return done(fail(Errc::malformed_response, "HTTP " + std::to_string(response->status)));
        }
        done(WafAnswer{response->status, std::move(response->body), retry_after(*response)});
      });
}

void WafClient::State::handle_token(const Result<WafAnswer>& answer) {
  Result<OwnToken> fresh = answer ? read_token(*answer, common::SteadyClock::now())
                                  : Result<OwnToken>(fail(answer.error()));
  std::vector<TokenDone> waiting;
  {
    const std::scoped_lock lock(mutex);
    waiting.swap(token_waiting);
    if (fresh) token = *fresh;
  }
  for (const TokenDone& done : waiting) {
    if (fresh) {
      done(fresh->text);
    } else {
      done(fail(fresh.error()));
    }
  }
}

WafClient::WafClient(WafClientConfig config, common::RandomSource& random, common::Metrics& metrics)
    : state_(std::make_unique<State>(std::move(config), random, metrics)) {}

WafClient::~WafClient() = default;

void WafClient::post_form(WafEndpoint endpoint, common::FormFields fields, Done done) {
  State& s = *state_;
  if (!s.admit()) return done(fail(Errc::connection_failed, "the WAF did not answer a moment ago"));
  s.in_flight.add(1);
  s.with_metadata([&s, endpoint, fields = std::move(fields),
                   done = std::move(done)](const Result<IssuerMetadata>& metadata) mutable {
    if (metadata) return s.send(endpoint, address_of(*metadata, endpoint), std::move(fields), done);
    s.note_outcome(endpoint, fail(metadata.error()));
    done(fail(metadata.error()));
  });
}

void WafClient::post_form(WafEndpoint endpoint, common::FormFields fields, Mailbox& mailbox,
                          WorkerDone done) {
  post_form(endpoint, std::move(fields),
            [&mailbox, done = std::move(done)](Result<WafAnswer> answer) {
              mailbox.post(
                  [done, answer = std::move(answer)](Signalling& worker) { done(worker, answer); });
            });
}

void WafClient::events_address(TokenDone done) {
  state_->with_metadata([done = std::move(done)](const Result<IssuerMetadata>& metadata) {
    if (metadata) return done(metadata->revocation_events_endpoint);
    done(fail(metadata.error()));
  });
}

void WafClient::token(TokenDone done) {
  State& s = *state_;
  std::optional<std::string> known;
  {
    const std::scoped_lock lock(s.mutex);
    if (s.token && common::SteadyClock::now() < s.token->refresh_at) {
      known = s.token->text;
    } else {
      s.token_waiting.push_back(std::move(done));
      if (s.token_waiting.size() > 1) return;
    }
  }
  if (known) return done(*known);
  std::string scopes;
  for (const std::string& scope : s.config.scopes) scopes += (scopes.empty() ? "" : " ") + scope;
  post_form(WafEndpoint::token, {{"grant_type", "client_credentials"}, {"scope", scopes}},
            [&s](const Result<WafAnswer>& answer) { s.handle_token(answer); });
}

void WafClient::forget_token() {
  const std::scoped_lock lock(state_->mutex);
  state_->token.reset();
}

}  // namespace wic::io
