// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/authenticator.hpp"

#include <algorithm>

#include "wic-gateway/errc.hpp"

namespace wic {
namespace {

ims::Identity identity_of(const common::jose::AccessToken& token, common::TimePoint expires_at) {
  ims::Identity identity;
  identity.impi = token.ims.impi;
  identity.impus = token.ims.impus;
  identity.sub = token.subject;
  identity.client_id = token.client_id;
  identity.sid = token.session;
  identity.jti = token.id;
  identity.scopes = token.scopes;
  identity.issued_at = token.issued_at;
  identity.expires_at = expires_at;
  identity.waf = token.ims.waf;
  identity.wwsf = token.ims.wwsf;
  identity.pool = token.ims.mode == "pool";
  identity.instance = token.ims.device.value_or("");
  const long long bindings = std::clamp<long long>(token.ims.max_bindings.value_or(0), 0, 1000);
  identity.max_bindings = static_cast<std::uint32_t>(bindings);
  return identity;
}

const char* cause_of(const common::Error& error) {
  if (error == Errc::malformed_token) return "malformed";
  if (error == Errc::no_keys) return "no_keys";
  if (error == Errc::unknown_key) return "unknown_key";
  if (error == Errc::untrusted_issuer) return "issuer";
  if (error == Errc::wrong_audience) return "audience";
  if (error == Errc::expired) return "expired";
  if (error == Errc::client_not_allowed) return "client";
  if (error == Errc::revoked) return "revoked";
  if (error == Errc::key_not_proven) return "key_not_proven";
  if (error == Errc::feed_broken) return "feed_stale";
  return "invalid";
}

ims::TokenFailure failure_of(const common::Error& error) {
  if (error == Errc::malformed_token) return ims::TokenFailure::malformed;
  if (error == Errc::no_keys || error == Errc::feed_broken) return ims::TokenFailure::unavailable;
  return ims::TokenFailure::invalid_token;
}

}  // namespace

Authenticator::Authenticator(AuthenticatorConfig config, Surroundings around,
                             common::Metrics& metrics)
    : config_(std::move(config)),
      validator_(config_.tokens),
      around_(around),
      metrics_(metrics),
      accepted_(metrics.counter("wic_gateway_tokens_accepted_total", "Access tokens accepted")),
      introspected_total_(metrics.counter("wic_gateway_introspections_total",
                                          "Questions to the issuer about one token")),
      cache_(config_.cache),
      introspected_(config_.cache, config_.introspection_cache) {}

std::optional<ims::TokenOutcome> Authenticator::verify(
    common::TimePoint now, ims::VerificationId id, const ims::PresentedToken& presented,
    const ims::FlowPeer& peer, const std::vector<std::string>& required_scopes) {
  Held request{
      .id = id,
      .presented = {std::string(presented.token), std::string(presented.method),
                    std::string(presented.uri), std::string(presented.dpop), peer.certificate},
      .peer = peer,
      .scopes = required_scopes,
      .until = now};
  const Verdict verdict = find_or_validate(now, request.presented.token);
  if (!verdict) {
    if (const auto waiting = worth_waiting(now, verdict.error())) {
      hold(now, std::move(request), *waiting);
      return std::nullopt;
    }
  }
  return judge(now, verdict, request);
}

Authenticator::Verdict Authenticator::check_again(const TokenPtr& known,
                                                  common::SystemTime date) const {
  if (auto still = validator_.check_claims(*known, date); !still) {
    return common::fail(still.error());
  }
  if (around_.revocations.is_revoked(*known)) {
    return common::fail(Errc::revoked, "jti " + known->id);
  }
  return known;
}

Authenticator::Verdict Authenticator::validate_here(const std::string& token,
                                                    common::SystemTime date) {
  if (TokenPtr known = cache_.find(token, date)) return check_again(known, date);
  auto verified = validator_.validate(token, date, keys_.get(), around_.revocations);
  if (verified) cache_.insert(token, *verified, date);
  return verified;
}

/// Errc::ask_issuer: only the issuer knows.
Authenticator::Verdict Authenticator::find_or_validate(common::TimePoint now,
                                                       const std::string& token) {
  const common::SystemTime date = around_.clock.now();
  if (TokenPtr known = introspected_.find(token, date)) return check_again(known, date);
  const bool opaque = token.find('.') == std::string::npos;
  if (opaque) {
    if (around_.introspector == nullptr) return common::fail(Errc::malformed_token, "opaque");
    return common::fail(Errc::ask_issuer);
  }
  Verdict verified = validate_here(token, date);
  if (!verified || !around_.follows_feed || is_feed_fresh(now)) return verified;
  // Revoked since the feed fell silent? A registration that holds goes on all the same.
  if (accepted_before_.count((*verified)->id) != 0) return verified;
  switch (config_.stale_feed) {
    case AuthenticatorConfig::Stale::accept:
      return verified;
    case AuthenticatorConfig::Stale::introspect:
      if (around_.introspector != nullptr) return common::fail(Errc::ask_issuer);
      break;
    case AuthenticatorConfig::Stale::refuse:
      break;
  }
  return common::fail(Errc::feed_broken, "jti " + (*verified)->id);
}

std::optional<Authenticator::Waiting> Authenticator::worth_waiting(common::TimePoint now,
                                                                   const common::Error& error) {
  if (held_.size() >= config_.max_held) return std::nullopt;
  if (error == Errc::ask_issuer) return Waiting::for_introspection;
  if (around_.key_requester == nullptr) return std::nullopt;
  // The first set is being fetched, or tried again.
  if (error == Errc::no_keys) return Waiting::for_keys;
  if (!(error == Errc::unknown_key)) return std::nullopt;
  if (request_pending_) return Waiting::for_keys;
  if (last_request_ && now < *last_request_ + config_.unknown_key) return std::nullopt;
  last_request_ = now;
  request_pending_ = true;
  around_.key_requester->request_keys();
  return Waiting::for_keys;
}

void Authenticator::hold(common::TimePoint now, Held request, Waiting waiting) {
  request.waiting = waiting;
  request.until =
      now + (waiting == Waiting::for_keys ? config_.hold : config_.introspection_timeout);
  if (waiting == Waiting::for_introspection) {
    request.question = ++last_question_;
    introspected_total_.add();
    around_.introspector->introspect(request.question, request.presented.token);
  }
  const auto later = std::find_if(held_.begin(), held_.end(),
                                  [&](const Held& other) { return other.until > request.until; });
  held_.insert(later, std::move(request));
}

ims::TokenOutcome Authenticator::judge(common::TimePoint now, const Verdict& token,
                                       const Held& request) {
  if (token) return judge_claims(now, **token, request);
  return refuse(failure_of(token.error()), token.error().message(), cause_of(token.error()));
}

ims::TokenOutcome Authenticator::judge_claims(common::TimePoint now,
                                              const common::jose::AccessToken& claims,
                                              const Held& request) {
  const common::SystemTime date = around_.clock.now();
  if (auto proven = check_key_proof(claims, request.presented, date, around_.proofs); !proven) {
    return refuse(failure_of(proven.error()), "jti " + claims.id + ": " + proven.error().message(),
                  cause_of(proven.error()));
  }
  // Phones are no pages: they have no Origin.
  if (!request.peer.is_phone() && !origin_fits(claims, request.peer.origin)) {
    return refuse(ims::TokenFailure::client_refused,
                  "WWSF " + claims.ims.wwsf + " may not be used from " + request.peer.origin,
                  "origin");
  }
  for (const std::string& scope : request.scopes) {
    if (!claims.has_scope(scope)) {
      return refuse(ims::TokenFailure::invalid_scope, "jti " + claims.id + " lacks scope " + scope,
                    "scope");
    }
  }
  accepted_.add();
  if (around_.follows_feed) remember(claims);
  return identity_of(claims, now + (claims.expires_at - date));
}

void Authenticator::remember(const common::jose::AccessToken& claims) {
  const common::SystemTime date = around_.clock.now();
  if (accepted_before_.size() >= config_.cache) {
    std::erase_if(accepted_before_, [date](const auto& one) { return one.second <= date; });
  }
  if (accepted_before_.size() < config_.cache) {
    accepted_before_.insert_or_assign(claims.id, claims.expires_at);
  }
}

bool Authenticator::origin_fits(const common::jose::AccessToken& token,
                                std::string_view origin) const {
  if (config_.wwsf_origins.empty()) return true;
  const auto known = config_.wwsf_origins.find(token.ims.wwsf);
  return known != config_.wwsf_origins.end() &&
         std::find(known->second.begin(), known->second.end(), origin) != known->second.end();
}

ims::TokenOutcome Authenticator::refuse(ims::TokenFailure failure, std::string why,
                                        const char* cause) {
  metrics_
      .counter("wic_gateway_tokens_refused_total", "Access tokens refused, by cause",
               {{"cause", cause}})
      .add();
  last_refusal_ = std::move(why);
  return tl::unexpected(failure);
}

void Authenticator::answer(const Held& request, ims::TokenOutcome outcome) {
  std::string refusal = outcome ? std::string() : last_refusal_;
  outcomes_.push_back({request.id, std::move(outcome), request.peer, std::move(refusal)});
}

void Authenticator::handle_keys(common::TimePoint now, KeySetPtr keys) {
  request_pending_ = false;
  if (keys != keys_) cache_.clear();  // an emergency drop of a key must not be outlived here
  keys_ = std::move(keys);
  if (keys_ == nullptr) return;  // what waits goes on waiting for its time
  std::deque<Held> waiting = std::move(held_);
  held_.clear();
  for (Held& request : waiting) {
    if (request.waiting == Waiting::for_introspection) {
      held_.push_back(std::move(request));
      continue;
    }
    const Verdict verdict = find_or_validate(now, request.presented.token);
    if (!verdict && verdict.error() == Errc::ask_issuer) {
      hold(now, std::move(request), Waiting::for_introspection);
    } else {
      answer(request, judge(now, verdict, request));
    }
  }
}

void Authenticator::handle_introspection(common::TimePoint now, std::uint64_t question,
                                         const common::Result<IntrospectionAnswer>& said) {
  const auto found = std::find_if(held_.begin(), held_.end(), [question](const Held& request) {
    return request.waiting == Waiting::for_introspection && request.question == question;
  });
  if (found == held_.end()) return;  // its time was up
  const Held request = std::move(*found);
  held_.erase(found);
  const common::SystemTime date = around_.clock.now();
  Verdict verdict = said ? read_introspection(*said)
                         : Verdict(common::fail(Errc::no_keys, said.error().message()));
  if (verdict) verdict = check_again(*verdict, date);
  if (verdict) introspected_.insert(request.presented.token, *verdict, date);
  answer(request, judge(now, verdict, request));
}

void Authenticator::handle_feed(common::TimePoint complete_at) { feed_complete_at_ = complete_at; }

bool Authenticator::is_feed_fresh(common::TimePoint now) const {
  return feed_complete_at_ && now < *feed_complete_at_ + config_.feed_silence;
}

void Authenticator::handle_timeout(common::TimePoint now) {
  while (!held_.empty() && held_.front().until <= now) {
    const bool keys = held_.front().waiting == Waiting::for_keys;
    answer(held_.front(),
           refuse(ims::TokenFailure::unavailable,
                  keys ? "the issuer's keys did not come" : "the issuer did not answer",
                  keys ? "no_keys" : "no_introspection"));
    held_.pop_front();
  }
}

std::optional<common::TimePoint> Authenticator::poll_timeout() const {
  if (held_.empty()) return std::nullopt;
  return held_.front().until;
}

std::optional<LaterOutcome> Authenticator::poll_outcome() {
  if (outcomes_.empty()) return std::nullopt;
  auto next = std::move(outcomes_.front());
  outcomes_.pop_front();
  return next;
}

}  // namespace wic
