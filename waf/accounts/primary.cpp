// SPDX-License-Identifier: Apache-2.0
#include "waf/accounts/primary.hpp"

#include <array>

#include "common/log.hpp"
#include "waf/accounts/known_browser.hpp"
#include "waf/endpoints/directory_login.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

constexpr std::size_t max_user_name = 128;
constexpr std::size_t max_password = 1024;

using Kind = PrimaryOutcome::Kind;
using Done = std::function<Answer(const PrimaryOutcome&, SystemTime)>;

/// A password that is being checked.
struct Task {
  EndpointContext& context;
  std::string user_name;
  std::string throttle_key;
  std::string hash;                    // PHC string it is checked against
  std::optional<std::string> user_id;  // nothing for an unknown user: the answer will be no
  std::string address;
  Done done;
};

PrimaryOutcome refused(Kind kind, seconds wait = seconds(0)) {
  PrimaryOutcome out;
  out.kind = kind;
  out.wait = wait;
  return out;
}

Answer conclude(const Task& task, const PrimaryOutcome& outcome, SystemTime now) {
  static constexpr std::array<const char*, 5> names = {"ok", "refused", "throttled", "overloaded",
                                                       "unavailable"};
  task.context.metrics.login(names.at(static_cast<std::size_t>(outcome.kind)));
  if (outcome.kind == Kind::accepted) {
    task.context.throttle.succeeded(task.throttle_key);
  } else if (outcome.kind == Kind::wrong) {
    common::log::info("login refused from {}", task.address);
  } else {
    // Nothing was learnt about the password: it is no failure of the user.
    task.context.throttle.take_back(task.throttle_key, now);
  }
  return task.done(outcome, now);
}

/// Who is logged in by this verdict. Nobody when the account changed while the hash was computed:
/// a password that was replaced meanwhile must neither work nor be written back.
PrimaryOutcome judge(const Task& task, const PasswordVerdict& verdict) {
  if (verdict.outcome == PasswordVerdict::Outcome::overloaded) {
    return refused(Kind::overloaded, seconds(2));
  }
  PrimaryOutcome out = refused(Kind::wrong);
  if (verdict.outcome != PasswordVerdict::Outcome::match || !task.user_id) return out;
  Store& store = task.context.store;
  store.atomically([&] {
    auto user = store.find_user(*task.user_id);
    if (!user || !user->enabled || user->password_hash != task.hash) return;
    if (!verdict.new_hash.empty()) {
      user->password_hash = verdict.new_hash;
      store.put_user(*user);
    }
    out.kind = Kind::accepted;
    out.user.user_id = user->id;
    out.user.amr = {"pwd"};
  });
  return out;
}

PrimaryOutcome judge_directory(const Task& task, WorkResult result, SystemTime now) {
  auto outcome = judge_directory_login(task.context, task.user_name, std::move(result), now);
  using From = DirectoryLoginOutcome::Kind;
  switch (outcome.kind) {
    case From::accepted: {
      PrimaryOutcome out = refused(Kind::accepted);
      out.user = std::move(outcome.login);
      return out;
    }
    case From::unavailable:
      return refused(Kind::unavailable, seconds(5));
    case From::overloaded:
      return refused(Kind::overloaded, seconds(2));
    case From::refused:
      break;
  }
  return refused(Kind::wrong);
}

/// How long this attempt has to wait; zero counts it.
seconds throttle(EndpointContext& context, const std::string& key, SystemTime now) {
  if (!context.login_per_account.allow(key, now)) {
    context.metrics.limited("login");
    return context.login_per_account.retry_after();
  }
  return context.throttle.begin(key, now);
}

}  // namespace

std::string normalised_user_name(std::string_view typed) {
  std::string out(typed);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Answer check_primary(EndpointContext& context, PrimaryAttempt attempt, SystemTime now, Done done) {
  const std::string name = normalised_user_name(attempt.user_name);
  if (name.empty() || name.size() > max_user_name || attempt.password.empty() ||
      attempt.password.size() > max_password) {
    return done(refused(Kind::wrong), now);
  }
  // A browser that logged in as this user before has a count of its own, so that whoever guesses
  // from elsewhere cannot lock him out.
  const std::string known = known_browser(context, attempt.http, name, now);
  Task task{context,
            name,
            digest_of(known.empty() ? name : known),
            {},
            {},
            attempt.http.peer.address.to_string(),
            std::move(done)};
  if (const seconds wait = throttle(context, task.throttle_key, now); wait > seconds(0)) {
    context.metrics.login("throttled");
    return task.done(refused(Kind::throttled, wait), now);
  }
  const auto user = context.store.find_user_by_name(name);
  const bool local = user && !user->password_hash.empty();
  if (auto asked = local ? std::nullopt : directory_login(context, name, attempt.password)) {
    return answer_after(
        std::move(*asked), [task = std::move(task)](WorkResult result, SystemTime later) {
          return conclude(task, judge_directory(task, std::move(result), later), later);
        });
  }
  if (local && user->enabled) task.user_id = user->id;
  task.hash = task.user_id ? user->password_hash : context.dummy_hash;
  PasswordCheck check{std::move(attempt.password), task.hash};
  return answer_after(
      std::move(check), [task = std::move(task)](WorkResult result, SystemTime later) {
        return conclude(task, judge(task, std::get<PasswordVerdict>(result)), later);
      });
}

}  // namespace waf
