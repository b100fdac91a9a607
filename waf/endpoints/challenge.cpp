// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/challenge.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "common/log.hpp"
#include "waf/accounts/acr.hpp"
#include "waf/accounts/primary.hpp"
#include "waf/accounts/second_factor.hpp"
#include "waf/endpoints/client_request.hpp"
#include "waf/endpoints/dpop.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/errc.hpp"
#include "waf/grants/challenge.hpp"

namespace waf {
namespace {

constexpr std::size_t sid_octets = 16;

/// One request of an attempt.
struct Step {
  EndpointContext& context;
  HttpRequest http;
  Challenge challenge;
  Parameters parameters;
};

/// An error that keeps the attempt: its client comes again with the auth_session.
HttpResponse more_wanted(const Step& step, Errc error) {
  step.context.metrics.refused("challenge", std::string(name_of(error)));
  return json_response(
      400,
      nlohmann::json{{"error", name_of(error)}, {"auth_session", step.challenge.handle}}.dump());
}

HttpResponse over(const Step& step, Errc error) {
  step.context.store.remove_challenge_session(step.challenge.session.digest);
  return refuse_client_request(step.context, step.http, "challenge", {error, {}});
}

HttpResponse wrong(Step& step) {
  common::log::info("challenge: wrong answer from {}", step.http.peer.address.to_string());
  if (!note_wrong_answer(step.context.grants, step.challenge)) {
    return over(step, Errc::access_denied);
  }
  return more_wanted(step, Errc::insufficient_authorization);
}

HttpResponse wait(const Step& step, seconds time) {
  keep_challenge(step.context.grants, step.challenge);
  step.context.metrics.limited("challenge");
  HttpResponse out = json_response(429, nlohmann::json{{"error", "temporarily_unavailable"},
                                                       {"auth_session", step.challenge.handle}}
                                            .dump());
  out.headers.add("Retry-After", std::to_string(std::max(time, seconds(1)).count()));
  return out;
}

HttpResponse accept(Step& step, const AuthenticatedUser& user, SystemTime now) {
  EndpointContext& context = step.context;
  const auto account = context.store.find_user(user.user_id);
  // What only a page of ours can ask for: a second factor, a new password.
  if (!account || account->must_change_password || has_second_factor(context, user.user_id)) {
    return over(step, Errc::redirect_to_web);
  }
  const LoginFacts login{user.user_id, "s-" + context.random.base64url(sid_octets),
                         std::string(acr_of(assurance_of(user.amr))), user.amr, now};
  const std::string code = finish_challenge(context.grants, step.challenge, login, now);
  return json_response(200, nlohmann::json{{"authorization_code", code}}.dump());
}

Answer after_password(Step& step, const PrimaryOutcome& outcome, SystemTime now) {
  using Kind = PrimaryOutcome::Kind;
  if (outcome.kind == Kind::accepted) return accept(step, outcome.user, now);
  return outcome.kind == Kind::wrong ? wrong(step) : wait(step, outcome.wait);
}

Answer begin(EndpointContext& context, const HttpRequest& http, TokenRequest request,
             SystemTime now) {
  if (auto refused = take_dpop_key(context, http, "challenge", request, now)) {
    return std::move(*refused);
  }
  auto challenge = open_challenge(context.grants, request, now);
  if (!challenge) return refuse_client_request(context, http, "challenge", challenge.error());
  auto step =
      std::make_shared<Step>(Step{context, http, std::move(*challenge), request.parameters});
  step->http.body.clear();
  const Parameters& parameters = step->parameters;
  if (!parameters.has("username") || !parameters.has("password")) {
    keep_challenge(context.grants, step->challenge);
    return more_wanted(*step, Errc::insufficient_authorization);
  }
  if (!context.login_per_address.allow(rate_key(http.peer.address), now)) {
    return wait(*step, context.login_per_address.retry_after());
  }
  return check_primary(context,
                       {parameters.get("username"), parameters.get("password"), step->http}, now,
                       [step](const PrimaryOutcome& outcome, SystemTime later) {
                         return after_password(*step, outcome, later);
                       });
}

}  // namespace

Answer handle_challenge(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  return with_client(context, http, now, "challenge", begin);
}

}  // namespace waf
