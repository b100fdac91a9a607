// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/phone/phone_sessions.hpp"

#include <algorithm>
#include <utility>

#include "wic-gateway/phone/exchange_form.hpp"

namespace wic {
namespace {

using ims::TokenFailure;

/// The verifier's ids of checks from here; those of the edge count up from zero.
constexpr std::uint64_t own_checks = std::uint64_t{1} << 63U;

constexpr std::chrono::seconds least_life{60};

/// token-auth 3.4: at 80 % of the token's life.
std::chrono::nanoseconds refresh_after(std::chrono::nanoseconds life) { return life * 4 / 5; }

}  // namespace

PhoneSessions::PhoneSessions(PhoneSessionsConfig config, ims::TokenVerifier& verifier,
                             common::RandomSource& random, common::Metrics& metrics)
    : config_(std::move(config)), verifier_(verifier), random_(random), metrics_(metrics) {}

void PhoneSessions::count(const char* result) {
  metrics_
      .counter("wic_gateway_code_exchanges_total", "Access codes and Digest proofs, by result",
               {{"result", result}})
      .add();
}

std::uint64_t PhoneSessions::ask(common::TimePoint now, WafForm::To to, common::FormFields fields,
                                 Pending pending) {
  const std::uint64_t id = ++last_id_;
  asked_.emplace(id, std::move(pending));
  timers_.set({TimerKind::request, std::to_string(id)}, now + config_.request_timeout);
  forms_.push_back({id, to, std::move(fields)});
  return id;
}

std::optional<ims::TokenOutcome> PhoneSessions::exchange(common::TimePoint now,
                                                         ims::VerificationId id,
                                                         const ims::CodeProof& proof,
                                                         const ims::FlowPeer& peer) {
  Pending pending;
  pending.verification = id;
  pending.peer = peer;
  pending.device = proof.device;
  pending.username = proof.username;
  pending.flow = proof.flow;
  pending.star = proof.mode == ims::CodeProof::Mode::code && proof.star;
  if (asked_.size() >= config_.requests) {
    count("overloaded");
    if (const Session* session = proven_before(now, pending)) return session->identity;
    return tl::unexpected(TokenFailure::unavailable);
  }
  ask(now, WafForm::To::token, exchange_form(proof, peer, config_.audience), std::move(pending));
  return std::nullopt;
}

std::optional<ims::Identity> PhoneSessions::resume(common::TimePoint now,
                                                   const std::string& device) {
  const auto known = star_devices_.find(device);
  if (known == star_devices_.end()) return std::nullopt;
  const Session& session = sessions_.at(known->second);
  if (session.identity.expires_at - now < least_life) return std::nullopt;
  return session.identity;
}

void PhoneSessions::revoke(common::TimePoint now, std::string token) {
  metrics_
      .counter(
          "wic_gateway_tokens_exposed_total",
          "Access tokens that came over a clear transport and were sent to the WAF's revocation")
      .add();
  if (asked_.size() >= config_.requests) return;
  Pending pending;
  pending.kind = Pending::Kind::revocation;
  ask(now, WafForm::To::revocation,
      {{"token", std::move(token)}, {"token_type_hint", "access_token"}}, std::move(pending));
}

void PhoneSessions::handle_answer(common::TimePoint now, std::uint64_t form,
                                  const common::Result<WafFormAnswer>& answer) {
  const auto found = asked_.find(form);
  if (found == asked_.end()) return;  // too late
  Pending pending = std::move(found->second);
  asked_.erase(found);
  timers_.clear({TimerKind::request, std::to_string(form)});
  if (pending.kind == Pending::Kind::revocation) return;
  if (!answer) return fail(now, pending, TokenFailure::unavailable, answer.error().message());
  if (answer->status == 200) return handle_tokens(now, std::move(pending), answer->body);
  const std::string why =
      "WAF answered " + std::to_string(answer->status) + " " + error_of(answer->body);
  // 401 is the gateway's own fault and 429 the crowd's: neither says anything about this code.
  const bool refused = answer->status == 400;
  fail(now, pending, refused ? TokenFailure::invalid_code : TokenFailure::unavailable, why);
}

void PhoneSessions::handle_tokens(common::TimePoint now, Pending pending, const std::string& body) {
  const auto tokens = read_exchange_answer(body);
  if (!tokens) {
    return fail(now, pending, TokenFailure::unavailable, "WAF's answer cannot be read");
  }
  if (pending.credential.empty()) {
    pending.credential =
        tokens->credential.empty() ? random_.base64url(16) : "waf:" + tokens->credential;
  }
  if (!tokens->refresh_token.empty()) pending.refresh_token = tokens->refresh_token;
  const ims::VerificationId check{own_checks | ++last_id_};
  const ims::PresentedToken presented{tokens->access_token, "REGISTER", "", ""};
  auto outcome = verifier_.verify(now, check, presented, pending.peer, config_.scopes);
  if (outcome) return finish(now, std::move(pending), *outcome);
  checking_.emplace(check.value, std::move(pending));
}

bool PhoneSessions::handle_token_outcome(common::TimePoint now, ims::VerificationId id,
                                         const ims::TokenOutcome& outcome) {
  const auto found = checking_.find(id.value);
  if (found == checking_.end()) return false;
  Pending pending = std::move(found->second);
  checking_.erase(found);
  finish(now, std::move(pending), outcome);
  return true;
}

void PhoneSessions::finish(common::TimePoint now, Pending pending,
                           const ims::TokenOutcome& outcome) {
  if (!outcome) {
    // The WAF's own token is refused by us: revoked in this moment, or wrongly configured.
    const bool away = outcome.error() == TokenFailure::unavailable;
    return fail(now, pending, away ? TokenFailure::unavailable : TokenFailure::invalid_code,
                "the exchanged token is not acceptable here");
  }
  ims::Identity identity = *outcome;
  identity.credential = pending.credential;
  if (pending.kind == Pending::Kind::exchange && sessions_.count(pending.credential) == 0 &&
      sessions_.size() >= config_.sessions) {
    return fail(now, pending, TokenFailure::unavailable, "session table full");
  }
  keep(now, pending, identity);
  if (pending.kind == Pending::Kind::refresh) {
    renewals_.push_back(std::move(identity));
    return;
  }
  count("accepted");
  answer(pending, std::move(identity), {});
}

void PhoneSessions::keep(common::TimePoint now, const Pending& pending, ims::Identity identity) {
  const auto life = identity.expires_at - now;
  Session& session = sessions_[pending.credential];
  session.identity = std::move(identity);
  if (!pending.refresh_token.empty()) session.refresh_token = pending.refresh_token;
  if (pending.kind == Pending::Kind::exchange) {
    session.device = pending.device;
    session.username = pending.username;
    forget_flow(session, pending.credential);
    session.flow = pending.flow;
    if (!pending.star) by_flow_[session.flow] = pending.credential;
    session.peer = pending.peer;
    session.star = session.star || pending.star;
    if (session.star) star_devices_[session.device] = pending.credential;
  }
  timers_.set({TimerKind::refresh, pending.credential}, now + refresh_after(life));
}

const PhoneSessions::Session* PhoneSessions::proven_before(common::TimePoint now,
                                                           const Pending& pending) const {
  // Over UDP a source address proves nothing.
  if (!pending.peer.secure || pending.flow == ims::FlowId{}) return nullptr;
  const auto known = by_flow_.find(pending.flow);
  if (known == by_flow_.end()) return nullptr;
  const Session& session = sessions_.at(known->second);
  const bool same = session.device == pending.device && session.username == pending.username;
  return same && session.identity.expires_at - now >= least_life ? &session : nullptr;
}

void PhoneSessions::fail(common::TimePoint now, const Pending& pending, TokenFailure failure,
                         std::string why) {
  if (pending.kind == Pending::Kind::refresh) {
    const auto session = sessions_.find(pending.credential);
    if (session == sessions_.end()) return;
    const bool lives = session->second.identity.expires_at - now > config_.retry;
    if (failure == TokenFailure::unavailable && lives) {
      timers_.set({TimerKind::refresh, pending.credential}, now + config_.retry);
      return;
    }
    return end(pending.credential, failure == TokenFailure::unavailable
                                       ? "tokens could not be refreshed"
                                       : "sign-in of this phone ended");
  }
  if (failure == TokenFailure::unavailable) {
    if (const Session* session = proven_before(now, pending)) {
      count("kept");
      return answer(pending, session->identity, {});
    }
  }
  count(failure == TokenFailure::unavailable ? "unavailable" : "refused");
  answer(pending, tl::unexpected(failure), std::move(why));
}

void PhoneSessions::answer(const Pending& pending, ims::TokenOutcome outcome, std::string why) {
  outcomes_.push_back({pending.verification, std::move(outcome), pending.peer, std::move(why)});
}

void PhoneSessions::handle_registered(const std::string& credential) {
  const auto found = sessions_.find(credential);
  if (found != sessions_.end()) ++found->second.registrations;
}

void PhoneSessions::handle_deregistered(const std::string& credential) {
  const auto found = sessions_.find(credential);
  if (found != sessions_.end() && found->second.registrations > 0) --found->second.registrations;
}

void PhoneSessions::refresh(common::TimePoint now, const std::string& credential) {
  const auto found = sessions_.find(credential);
  if (found == sessions_.end()) return;
  const Session& session = found->second;
  // A phone that has gone proves itself anew when it comes back; one that can only dial cannot.
  if ((session.registrations == 0 && !session.star) || session.refresh_token.empty()) {
    if (session.identity.expires_at > now) {
      timers_.set({TimerKind::refresh, credential}, session.identity.expires_at);
      return;
    }
    return end(credential, "token expired");
  }
  if (asked_.size() >= config_.requests) {
    timers_.set({TimerKind::refresh, credential}, now + config_.retry);
    return;
  }
  Pending pending;
  pending.kind = Pending::Kind::refresh;
  pending.peer = session.peer;
  pending.credential = credential;
  ask(now, WafForm::To::token,
      {{"grant_type", "refresh_token"}, {"refresh_token", session.refresh_token}},
      std::move(pending));
}

void PhoneSessions::forget_flow(const Session& session, const std::string& credential) {
  const auto known = by_flow_.find(session.flow);
  if (known != by_flow_.end() && known->second == credential) by_flow_.erase(known);
}

void PhoneSessions::handle_revoked(const ims::Revocation& revocation) {
  std::vector<std::string> gone;
  for (const auto& [credential, session] : sessions_) {
    if (revocation.names(session.identity)) gone.push_back(credential);
  }
  for (const std::string& credential : gone) forget(credential);
}

void PhoneSessions::forget(const std::string& credential) {
  const auto found = sessions_.find(credential);
  if (found == sessions_.end()) return;
  forget_flow(found->second, credential);
  timers_.clear({TimerKind::refresh, credential});
  const auto star = star_devices_.find(found->second.device);
  if (star != star_devices_.end() && star->second == credential) star_devices_.erase(star);
  sessions_.erase(found);
}

void PhoneSessions::end(const std::string& credential, std::string why) {
  forget(credential);
  ends_.push_back({credential, std::move(why)});
}

void PhoneSessions::handle_timeout(common::TimePoint now) {
  while (const auto due = timers_.pop(now)) {
    if (due->first == TimerKind::refresh) {
      refresh(now, due->second);
      continue;
    }
    const auto found = asked_.find(std::stoull(due->second));
    if (found == asked_.end()) continue;
    const Pending pending = std::move(found->second);
    asked_.erase(found);
    if (pending.kind != Pending::Kind::revocation) {
      fail(now, pending, TokenFailure::unavailable, "the WAF did not answer in time");
    }
  }
}

std::optional<common::TimePoint> PhoneSessions::poll_timeout() const { return timers_.next(); }

namespace {

template <class Item>
std::optional<Item> take_front(std::deque<Item>& queue) {
  if (queue.empty()) return std::nullopt;
  std::optional<Item> out(std::move(queue.front()));
  queue.pop_front();
  return out;
}

}  // namespace

std::optional<WafForm> PhoneSessions::poll_form() { return take_front(forms_); }
std::optional<PhoneSessions::Outcome> PhoneSessions::poll_outcome() {
  return take_front(outcomes_);
}
std::optional<ims::Identity> PhoneSessions::poll_renewal() { return take_front(renewals_); }
std::optional<PhoneSessions::End> PhoneSessions::poll_end() { return take_front(ends_); }

}  // namespace wic
