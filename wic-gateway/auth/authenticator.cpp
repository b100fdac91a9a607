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
  return "invalid";
}

ims::TokenFailure failure_of(const common::Error& error) {
  if (error == Errc::malformed_token) return ims::TokenFailure::malformed;
  if (error == Errc::no_keys) return ims::TokenFailure::unavailable;
  return ims::TokenFailure::invalid_token;
}

}  // namespace

Authenticator::Authenticator(AuthenticatorConfig config, WallClock& clock,
                             const RevocationList& revocations, KeyRequester* requester,
                             common::Metrics& metrics)
    : config_(std::move(config)),
      validator_(config_.tokens),
      clock_(clock),
      revocations_(revocations),
      requester_(requester),
      metrics_(metrics),
      accepted_(metrics.counter("wic_gateway_tokens_accepted_total", "Access tokens accepted")),
      cache_(config_.cache) {}

std::optional<ims::TokenOutcome> Authenticator::verify(
    common::TimePoint now, ims::VerificationId id, const ims::PresentedToken& presented,
    const ims::FlowPeer& peer, const std::vector<std::string>& required_scopes) {
  const auto verified = find_or_validate(presented.token);
  if (!verified && is_worth_waiting(now, verified.error())) {
    held_.push_back({id, std::string(presented.token), peer, required_scopes, now + config_.hold});
    return std::nullopt;
  }
  return judge(now, verified, peer.origin, required_scopes);
}

common::Result<TokenPtr> Authenticator::find_or_validate(std::string_view token) {
  const common::SystemTime date = clock_.now();
  if (TokenPtr known = cache_.find(token, date)) {
    if (auto still = validator_.check_claims(*known, date); !still) {
      return common::fail(still.error());
    }
    if (revocations_.is_revoked(*known)) return common::fail(Errc::revoked, "jti " + known->id);
    return known;
  }
  auto verified = validator_.validate(token, date, keys_.get(), revocations_);
  if (verified) cache_.insert(token, *verified, date);
  return verified;
}

bool Authenticator::is_worth_waiting(common::TimePoint now, const common::Error& error) {
  if (requester_ == nullptr || held_.size() >= config_.max_held) return false;
  if (error == Errc::no_keys) return true;  // the first set is being fetched, or tried again
  if (!(error == Errc::unknown_key)) return false;
  if (request_pending_) return true;
  if (last_request_ && now < *last_request_ + config_.unknown_key) return false;
  last_request_ = now;
  request_pending_ = true;
  requester_->request_keys();
  return true;
}

ims::TokenOutcome Authenticator::judge(common::TimePoint now, const common::Result<TokenPtr>& token,
                                       std::string_view origin,
                                       const std::vector<std::string>& scopes) {
  if (!token) {
    return refuse(failure_of(token.error()), token.error().message(), cause_of(token.error()));
  }
  const common::jose::AccessToken& claims = **token;
  if (!origin_fits(claims, origin)) {
    return refuse(ims::TokenFailure::client_refused,
                  "WWSF " + claims.ims.wwsf + " may not be used from " + std::string(origin),
                  "origin");
  }
  for (const std::string& scope : scopes) {
    if (!claims.has_scope(scope)) {
      return refuse(ims::TokenFailure::invalid_scope, "jti " + claims.id + " lacks scope " + scope,
                    "scope");
    }
  }
  accepted_.add();
  return identity_of(claims, now + (claims.expires_at - clock_.now()));
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
  for (const Held& request : waiting) {
    answer(request,
           judge(now, find_or_validate(request.token), request.peer.origin, request.scopes));
  }
}

void Authenticator::handle_timeout(common::TimePoint now) {
  while (!held_.empty() && held_.front().until <= now) {
    answer(held_.front(),
           refuse(ims::TokenFailure::unavailable, "the issuer's keys did not come", "no_keys"));
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
