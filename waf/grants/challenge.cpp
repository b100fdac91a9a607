// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/challenge.hpp"

#include <algorithm>

#include "common/jose/access_token.hpp"
#include "waf/errc.hpp"
#include "waf/grants/authorization_code.hpp"
#include "waf/tokens/pkce.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;

constexpr std::size_t most_nonce = 512;

/// What the auth_session is bound to beside its client.
std::string binding_of(const TokenRequest& request) {
  return request.proof.certificate_thumbprint + " " + request.proof.key_thumbprint;
}

Result<AuthorizationRequest> read_request(const TokenRequest& request) {
  const Parameters& parameters = request.parameters;
  const Client& client = request.client;
  if (parameters.get("response_type") != "code") return fail(Errc::unsupported_response_type);
  AuthorizationRequest out;
  out.client_id = client.id;
  out.client_name = client.name;
  out.challenge = parameters.get("code_challenge");
  if (parameters.get("code_challenge_method") != "S256" || !is_code_challenge(out.challenge)) {
    return fail(Errc::invalid_request, "code_challenge with the method S256 is required");
  }
  out.nonce = parameters.get("nonce");
  if (out.nonce.size() > most_nonce) return fail(Errc::invalid_request, "nonce is too long");
  out.scopes = common::jose::split_scopes(parameters.get("scope"));
  const bool allowed = std::all_of(out.scopes.begin(), out.scopes.end(),
                                   [&client](const auto& one) { return client.may_ask_for(one); });
  if (!allowed) return fail(Errc::invalid_scope, "this client may not ask for one of the scopes");
  if (out.scopes.empty()) out.scopes = client.default_scopes;
  // The code is for the key that was proven here (RFC 9449 section 10).
  out.key_thumbprint = request.proof.key_thumbprint;
  return out;
}

Result<Challenge> begin(GrantContext& context, const TokenRequest& request, SystemTime now) {
  const auto asked = read_request(request);
  if (!asked) return fail(asked.error());
  Challenge out;
  out.handle = context.random.base64url(secret_octets);
  out.session.digest = digest_of(out.handle);
  out.session.client_id = request.client.id;
  out.session.proof = binding_of(request);
  out.session.request = asked->to_json();
  out.session.expires_at = now + context.settings.devices.challenge.lifetime;
  return out;
}

}  // namespace

Result<Challenge> open_challenge(GrantContext& context, const TokenRequest& request,
                                 SystemTime now) {
  if (!context.settings.devices.challenge.enabled || request.client.is_public() ||
      !request.client.may_use_grant(challenge_permission)) {
    return fail(Errc::unauthorized_client);
  }
  const std::string& handle = request.parameters.get("auth_session");
  if (handle.empty()) return begin(context, request, now);
  const auto session = context.store.find_challenge_session(digest_of(handle));
  if (!session || session->expires_at <= now || session->client_id != request.client.id ||
      session->proof != binding_of(request)) {
    return fail(Errc::invalid_session);
  }
  return Challenge{*session, handle};
}

bool note_wrong_answer(GrantContext& context, Challenge& challenge) {
  ++challenge.session.attempts;
  if (challenge.session.attempts >= context.settings.devices.challenge.most_attempts) {
    context.store.remove_challenge_session(challenge.session.digest);
    return false;
  }
  keep_challenge(context, challenge);
  return true;
}

void keep_challenge(GrantContext& context, const Challenge& challenge) {
  context.store.put_challenge_session(challenge.session);
}

std::string finish_challenge(GrantContext& context, const Challenge& challenge,
                             const LoginFacts& login, SystemTime now) {
  const auto request = AuthorizationRequest::from_json(challenge.session.request).value();
  Session session;  // no browser holds it: it names what comes from this login
  session.sid = login.sid;
  session.user_id = login.user_id;
  session.acr = login.acr;
  session.amr = login.amr;
  session.auth_time = login.auth_time;
  std::string code;
  context.store.atomically([&] {
    context.store.remove_challenge_session(challenge.session.digest);
    code = issue_code(context, request, session, now);
  });
  return code;
}

}  // namespace waf
