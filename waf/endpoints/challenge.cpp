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

/// What an attempt still lacks: "needed" in its answer, names of form fields.
constexpr std::string_view password_fields = "username password";
constexpr std::string_view code_field = "otp";

/// Keeps the attempt: its client comes again with the auth_session and what is needed.
HttpResponse more_wanted(const Step& step, std::string_view needed) {
  constexpr Errc error = Errc::insufficient_authorization;
  step.context.metrics.refused("challenge", std::string(name_of(error)));
  return json_response(400, nlohmann::json{{"error", name_of(error)},
                                           {"auth_session", step.challenge.handle},
                                           {"needed", needed}}
                                .dump());
}

HttpResponse over(const Step& step, Errc error) {
  step.context.store.remove_challenge_session(step.challenge.session.digest);
  return refuse_client_request(step.context, step.http, "challenge", {error, {}});
}

HttpResponse wrong(Step& step, std::string_view needed) {
  common::log::info("challenge: wrong answer from {}", step.http.peer.address.to_string());
  if (!note_wrong_answer(step.context.grants, step.challenge)) {
    return over(step, Errc::access_denied);
  }
  return more_wanted(step, needed);
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

/// The account of somebody whose password was right, unless only a page of ours can go on: with a
/// passkey, or to a new password.
std::optional<User> account_of(const Step& step, const std::string& user_id) {
  auto user = step.context.store.find_user(user_id);
  if (!user || !user->enabled || user->must_change_password) return std::nullopt;
  const bool has_app = step.context.store.find_totp(user_id).has_value();
  if (!has_app && has_second_factor(step.context, user_id)) return std::nullopt;
  return user;
}

HttpResponse finish(Step& step, const std::string& user_id, std::vector<std::string> amr,
                    SystemTime now) {
  EndpointContext& context = step.context;
  const LoginFacts login{user_id, "s-" + context.random.base64url(sid_octets),
                         std::string(acr_of(assurance_of(amr))), std::move(amr), now};
  const std::string code = finish_challenge(context.grants, step.challenge, login, now);
  return json_response(200, nlohmann::json{{"authorization_code", code}}.dump());
}

/// The password was right, now or in an earlier request of the attempt.
HttpResponse after_first_factor(Step& step, std::vector<std::string> amr, SystemTime now) {
  const std::string user_id = step.challenge.session.user_id;
  if (!account_of(step, user_id)) return over(step, Errc::redirect_to_web);
  if (!has_second_factor(step.context, user_id)) return finish(step, user_id, std::move(amr), now);
  if (!step.parameters.has(code_field)) {
    keep_challenge(step.context.grants, step.challenge);
    return more_wanted(step, code_field);
  }
  const CodeOutcome code = check_code(step.context, user_id, step.parameters.get(code_field), now);
  if (code.kind == CodeOutcome::Kind::throttled) return wait(step, code.wait);
  if (code.kind == CodeOutcome::Kind::wrong) return wrong(step, code_field);
  return finish(step, user_id, with_code(std::move(amr)), now);
}

Answer after_password(Step& step, const PrimaryOutcome& outcome, SystemTime now) {
  using Kind = PrimaryOutcome::Kind;
  if (outcome.kind == Kind::wrong) return wrong(step, password_fields);
  if (outcome.kind != Kind::accepted) return wait(step, outcome.wait);
  step.challenge.session.user_id = outcome.user.user_id;
  return after_first_factor(step, outcome.user.amr, now);
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
  const bool knows_user = !step->challenge.session.user_id.empty();
  if (!knows_user && (!parameters.has("username") || !parameters.has("password"))) {
    keep_challenge(context.grants, step->challenge);
    return more_wanted(*step, password_fields);
  }
  if (!context.login_per_address.allow(rate_key(http.peer.address), now)) {
    return wait(*step, context.login_per_address.retry_after());
  }
  if (knows_user) return after_first_factor(*step, {"pwd"}, now);
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
