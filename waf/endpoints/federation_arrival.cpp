// SPDX-License-Identifier: Apache-2.0
#include "common/encoding.hpp"
#include "common/log.hpp"
#include "waf/accounts/authenticated_user.hpp"
#include "waf/accounts/login_flow.hpp"
#include "waf/endpoints/federation.hpp"
#include "waf/endpoints/provider_fetch.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/federation/errc.hpp"
#include "waf/federation/federated_account.hpp"
#include "waf/federation/id_token.hpp"
#include "waf/federation/upstream_request.hpp"
#include "waf/grants/parameters.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;
using federation::Errc;
using federation::IdToken;
using federation::Provider;

constexpr std::size_t assertion_id_octets = 16;
constexpr std::size_t max_code = 2048;

/// One arrival on its way through the provider's endpoints. Held by the steps that wait.
struct Arrival {
  EndpointContext& context;
  const Provider& provider;
  common::HttpRequest http;
  UpstreamLoginRecord login;
  Continuation continuation;
  std::string answered_issuer;
  bool has_issuer = false;
  std::string code;
  federation::UpstreamTokens tokens;
  IdToken id_token;
};
using ArrivalPtr = std::shared_ptr<Arrival>;

Answer refuse(const ArrivalPtr& a, const common::Error& error, SystemTime now) {
  return failed_login(a->context, a->provider, error, a->continuation, a->http, now);
}

/// The methods that stand in the token and in our own words for its acr.
std::vector<std::string> methods_of(const Provider& provider, const IdToken& token) {
  std::vector<std::string> out = token.amr;
  const auto add = [&](const char* method) {
    if (!contains(out, method)) out.emplace_back(method);
  };
  const auto acr = provider.acr.find(token.acr);
  if (acr != provider.acr.end() && acr->second != "urn:acr:pwd") add("mfa");
  if (acr != provider.acr.end() && acr->second == "urn:acr:phr") add("hwk");
  if (out.empty()) add("pwd");
  return out;
}

Answer log_in(const ArrivalPtr& a, SystemTime now) {
  const Provider& provider = a->provider;
  auto identity = federation::map_identity(provider.mapping, a->id_token.claims);
  if (!identity) return refuse(a, identity.error(), now);
  const auto user = federation::account_of(
      {provider.name, provider.issuer, a->id_token.subject, provider.jit, std::move(*identity)},
      a->context.store, a->context.settings, a->context.random, now);
  if (!user) return refuse(a, user.error(), now);
  AuthenticatedUser out;
  out.user_id = user->id;
  out.amr = methods_of(provider, a->id_token);
  out.provider = provider.name;
  out.upstream_sid = a->id_token.sid;
  out.upstream_subject = a->id_token.subject;
  out.factors_elsewhere = true;
  out.auth_time = a->id_token.auth_time;
  common::log::info("provider {}: {} logged in", provider.name, user->name);
  a->context.metrics.login("federated");
  return complete_login(a->context, out, a->continuation, a->http, now);
}

Answer ask_userinfo(const ArrivalPtr& a, SystemTime now) {
  if (!a->provider.userinfo) return log_in(a, now);
  Fetch fetch;
  fetch.url = a->context.federation.cache(a->provider).metadata()->userinfo_endpoint;
  fetch.reach = Fetch::Reach::configured;
  fetch.headers = {{"Authorization", "Bearer " + a->tokens.access_token},
                   {"Accept", "application/json"}};
  return answer_after(std::move(fetch), [a](WorkResult result, SystemTime later) -> Answer {
    const auto text = document_of(std::move(result));
    if (!text) return refuse(a, text.error(), later);
    auto more = federation::check_userinfo(*text, a->id_token.subject);
    if (!more) return refuse(a, more.error(), later);
    // The signed word of the ID token goes before.
    a->id_token.claims.merge(*more);
    return log_in(a, later);
  });
}

/// When prompt=login was asked for, an older login is not an answer to it.
bool is_stale(const Arrival& a) {
  return a.login.must_log_in && a.id_token.auth_time &&
         *a.id_token.auth_time + seconds(60) < a.login.started_at;
}

Answer check_tokens(const ArrivalPtr& a, bool again, SystemTime now) {
  return with_keys(
      a->context, a->provider, again, now,
      [a, again](const Result<void>& fetched, SystemTime later) -> Answer {
        if (!fetched) return refuse(a, fetched.error(), later);
        auto& cache = a->context.federation.cache(a->provider);
        federation::IdTokenExpectations expected{a->login.nonce, std::nullopt,
                                                 a->tokens.access_token};
        // Counted from when the browser left: the user may have taken his time there.
        if (a->login.max_age >= 0) {
          expected.max_age = seconds(a->login.max_age) + (later - a->login.started_at);
        }
        auto token = federation::check_id_token(a->tokens.id_token, a->provider, *cache.keys(),
                                                expected, later);
        if (token) {
          a->id_token = std::move(*token);
          if (is_stale(*a)) return refuse(a, {Errc::login_too_old, {}}, later);
          return ask_userinfo(a, later);
        }
        if (token.error() == Errc::unknown_key && !again && cache.take_unknown_key_fetch(later)) {
          return check_tokens(a, true, later);
        }
        return refuse(a, token.error(), later);
      });
}

Answer redeem(const ArrivalPtr& a, SystemTime now) {
  EndpointContext& context = a->context;
  const auto& metadata = *context.federation.cache(a->provider).metadata();
  if ((metadata.sends_issuer && !a->has_issuer) ||
      (a->has_issuer && a->answered_issuer != a->provider.issuer)) {
    return refuse(a, {Errc::foreign_issuer, "of the response"}, now);
  }
  const std::string assertion =
      context.federation.assertion(a->provider, context.random.base64url(assertion_id_octets), now);
  auto post = federation::token_request(a->provider, metadata, a->code, a->login.verifier,
                                        assertion, context.settings.issuer);
  Fetch fetch;
  fetch.url = std::move(post.url);
  fetch.reach = Fetch::Reach::configured;
  fetch.post = true;
  fetch.headers = std::move(post.headers);
  fetch.body = std::move(post.body);
  return answer_after(std::move(fetch), [a](WorkResult result, SystemTime later) -> Answer {
    const auto& fetched = std::get<FetchResult>(result);
    if (!fetched) {
      return refuse(a, {Errc::provider_unavailable, fetched.error().message()}, later);
    }
    auto tokens = federation::parse_token_response(fetched->status, fetched->body);
    if (!tokens) return refuse(a, tokens.error(), later);
    a->tokens = std::move(*tokens);
    return check_tokens(a, false, later);
  });
}

/// The login that this answer belongs to: ours, this browser's, this provider's, not used before.
Result<UpstreamLoginRecord> take_login(EndpointContext& context, const Provider& provider,
                                       const common::HttpRequest& http, const std::string& state,
                                       SystemTime now) {
  const auto cookie = common::find_cookie(http.headers.get("Cookie"), login_cookie);
  if (state.empty() || !cookie) return fail(Errc::unknown_login, "no state or cookie");
  const auto login = context.store.take_upstream_login(digest_of(state));
  if (!login) return fail(Errc::unknown_login, "unknown state");
  if (!common::equal_secrets(login->browser_digest, digest_of(*cookie))) {
    return fail(Errc::unknown_login, "of another browser");
  }
  // Each provider has its own redirect URI: RFC 9700 4.4.2.2.
  if (login->provider != provider.name) return fail(Errc::unknown_login, "of another provider");
  if (login->expires_at <= now) return fail(Errc::unknown_login, "too late");
  return *login;
}

}  // namespace

Answer arrive(EndpointContext& context, const Provider& provider, const common::HttpRequest& http,
              SystemTime now) {
  const auto fields = common::parse_form(http.query);
  if (!fields) return failed_login(context, provider, {Errc::unknown_login, {}}, {}, http, now);
  const Parameters answer(*fields);
  auto login = answer.has_repeated()
                   ? Result<UpstreamLoginRecord>(fail(Errc::unknown_login, "repeated parameter"))
                   : take_login(context, provider, http, answer.get("state"), now);
  if (!login) return failed_login(context, provider, login.error(), {}, http, now);
  Continuation continuation;
  auto read = continuation_from_json(login->continuation);
  if (!read) return failed_login(context, provider, read.error(), {}, http, now);
  continuation = std::move(*read);
  const auto a = std::make_shared<Arrival>(Arrival{context,
                                                   provider,
                                                   http,
                                                   std::move(*login),
                                                   std::move(continuation),
                                                   answer.get("iss"),
                                                   answer.has("iss"),
                                                   answer.get("code"),
                                                   {},
                                                   {}});
  if (answer.has("error")) {
    const bool said_no = answer.get("error") == "access_denied";
    return refuse(a, {said_no ? Errc::cancelled : Errc::token_request_refused, "error response"},
                  now);
  }
  if (a->code.empty() || a->code.size() > max_code)
    return refuse(a, {Errc::malformed_answer, {}}, now);
  return with_metadata(context, provider, now,
                       [a](const Result<void>& fetched, SystemTime later) -> Answer {
                         return fetched ? redeem(a, later) : refuse(a, fetched.error(), later);
                       });
}

}  // namespace waf
