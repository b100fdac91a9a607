// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/password_attempt.hpp"

#include "common/log.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

using Kind = PasswordOutcome::Kind;
using Done = std::function<Answer(const PasswordOutcome& outcome, SystemTime now)>;

constexpr std::size_t max_user_name = 128;
constexpr std::size_t max_password = 1024;

std::string normalised(std::string_view user_name) {
  std::string out(user_name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// How long the attempt has to wait; zero when it may go on and is counted.
seconds time_to_wait(EndpointContext& context, const common::HttpRequest& http,
                     const std::string& user_name, SystemTime now) {
  if (!context.login_per_address.allow(rate_key(http.peer.address), now)) {
    return context.login_per_address.retry_after();
  }
  if (!context.login_per_account.allow(digest_of(user_name), now)) {
    return context.login_per_account.retry_after();
  }
  return context.throttle.begin(user_name, now);
}

/// An attempt whose hash is being computed.
struct Attempt {
  std::string user_name;
  std::string hash;
  std::optional<std::string> user_id;  // nothing for an unknown user: the answer will be no
  std::string address;
};

/// Nobody when the account changed while the hash was computed.
std::optional<User> user_after(EndpointContext& context, const Attempt& attempt,
                               const PasswordVerdict& verdict) {
  if (verdict.outcome != PasswordVerdict::Outcome::match || !attempt.user_id) return std::nullopt;
  auto user = context.store.find_user(*attempt.user_id);
  if (!user || !user->enabled || user->password_hash != attempt.hash) return std::nullopt;
  return user;
}

PasswordOutcome outcome_of(EndpointContext& context, const Attempt& attempt,
                           const PasswordVerdict& verdict, SystemTime now) {
  if (verdict.outcome == PasswordVerdict::Outcome::overloaded) {
    context.metrics.login("overloaded");
    context.throttle.take_back(attempt.user_name, now);
    return {Kind::wait, std::nullopt, seconds(2)};
  }
  auto user = user_after(context, attempt, verdict);
  if (!user) {
    context.metrics.login("refused");
    common::log::info("login refused from {}", attempt.address);
    return {};
  }
  context.throttle.succeeded(attempt.user_name);
  return {Kind::right, std::move(user), seconds(0)};
}

}  // namespace

Answer attempt_password(EndpointContext& context, const common::HttpRequest& http,
                        const std::string& user_name, const std::string& password, SystemTime now,
                        Done done) {
  Attempt attempt;
  attempt.user_name = normalised(user_name);
  attempt.address = http.peer.address.to_string();
  if (attempt.user_name.empty() || attempt.user_name.size() > max_user_name || password.empty() ||
      password.size() > max_password) {
    return done({}, now);
  }
  if (const seconds wait = time_to_wait(context, http, attempt.user_name, now); wait > seconds(0)) {
    context.metrics.login("throttled");
    return done({Kind::wait, std::nullopt, wait}, now);
  }
  const auto user = context.store.find_user_by_name(attempt.user_name);
  if (user && user->enabled) attempt.user_id = user->id;
  attempt.hash = attempt.user_id ? user->password_hash : context.dummy_hash;
  PasswordCheck check{password, attempt.hash};
  return answer_after(
      std::move(check), [&context, attempt = std::move(attempt), done = std::move(done)](
                            WorkResult result, SystemTime later) {
        return done(outcome_of(context, attempt, std::get<PasswordVerdict>(result), later), later);
      });
}

}  // namespace waf
