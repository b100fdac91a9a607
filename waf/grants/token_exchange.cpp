// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/token_exchange.hpp"

#include <algorithm>

#include "common/jose/json.hpp"
#include "waf/errc.hpp"
#include "waf/grants/access_tokens.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;
using common::jose::AccessToken;

constexpr std::string_view access_token_type = "urn:ietf:params:oauth:token-type:access_token";
constexpr std::string_view jwt_type = "urn:ietf:params:oauth:token-type:jwt";
constexpr std::size_t token_id_octets = 16;
constexpr std::size_t longest_actor = 512;  // a chain of actors must end somewhere

bool is_access_token_type(std::string_view type) {
  return type == access_token_type || type == jwt_type;
}

/// Whether the token may be used by this client here: it was given to it, or sent to it.
bool may_exchange(const Client& client, const AccessToken& token) {
  if (token.client_id == client.id) return true;
  return std::any_of(token.audience.begin(), token.audience.end(),
                     [&](const std::string& one) { return contains(client.serves, one); });
}

/// A bound token in the hands of its own client must come with what it is bound to, or a thief who
/// is no client could have it turned into one that is not bound.
bool proves_possession(const TokenRequest& request, const AccessToken& token) {
  if (token.client_id != request.client.id) return true;
  if (token.key_thumbprint && request.proof.key_thumbprint != *token.key_thumbprint) return false;
  return !token.certificate_thumbprint ||
         request.proof.certificate_thumbprint == *token.certificate_thumbprint;
}

Result<AccessToken> read_subject(GrantContext& context, const TokenRequest& request,
                                 SystemTime now) {
  const Parameters& parameters = request.parameters;
  if (!parameters.has("subject_token") || !parameters.has("subject_token_type")) {
    return fail(Errc::invalid_request, "subject_token and subject_token_type are required");
  }
  if (!is_access_token_type(parameters.get("subject_token_type"))) {
    return fail(Errc::invalid_request, "only access tokens can be exchanged");
  }
  if (parameters.has("requested_token_type") &&
      !is_access_token_type(parameters.get("requested_token_type"))) {
    return fail(Errc::invalid_request, "only access tokens can be asked for");
  }
  auto token = context.reader.read(parameters.get("subject_token"), now);
  // RFC 8693 2.2.2: an unacceptable subject token is invalid_request.
  if (!token) return fail(Errc::invalid_request, "subject_token: " + token.error().detail);
  if (token->session.empty()) return fail(Errc::invalid_request, "no user behind subject_token");
  if (!may_exchange(request.client, *token) || !proves_possession(request, *token)) {
    return fail(Errc::invalid_request, "subject_token is not for this client");
  }
  return token;
}

/// `act`: the actor's token or, without one, the client itself when the token was not its own; who
/// acted before stands inside (RFC 8693 section 4.1).
Result<std::string> read_actor(GrantContext& context, const TokenRequest& request,
                               const AccessToken& subject, SystemTime now) {
  const Parameters& parameters = request.parameters;
  std::string actor = request.client.id;
  if (parameters.has("actor_token")) {
    if (!is_access_token_type(parameters.get("actor_token_type"))) {
      return fail(Errc::invalid_request, "actor_token_type");
    }
    const auto token = context.reader.read(parameters.get("actor_token"), now);
    if (!token) return fail(Errc::invalid_request, "actor_token: " + token.error().detail);
    if (token->client_id != request.client.id) {
      return fail(Errc::invalid_request, "actor_token of another client");
    }
    actor = token->subject;
  } else if (parameters.has("actor_token_type")) {
    return fail(Errc::invalid_request, "actor_token_type without actor_token");
  } else if (subject.client_id == request.client.id) {
    return subject.actor;
  }
  std::string out = R"({"sub":)";
  common::jose::append_json_string(out, actor);
  if (!subject.actor.empty()) out += R"(,"act":)" + subject.actor;
  out += '}';
  if (out.size() > longest_actor) return fail(Errc::invalid_request, "too many actors");
  return out;
}

/// Those asked for, or all that both have: never one that the subject token lacks.
Result<std::vector<std::string>> narrowed(const TokenRequest& request, const AccessToken& subject) {
  auto wanted = common::jose::split_scopes(request.parameters.get("scope"));
  const auto allowed = [&](const std::string& scope) {
    return subject.has_scope(scope) && request.client.may_ask_for(scope);
  };
  if (wanted.empty()) {
    std::copy_if(subject.scopes.begin(), subject.scopes.end(), std::back_inserter(wanted), allowed);
    std::erase(wanted, "offline_access");  // no refresh token comes of an exchange
  } else if (!std::all_of(wanted.begin(), wanted.end(), allowed)) {
    return fail(Errc::invalid_scope, "more than subject_token or the client has");
  }
  if (wanted.empty()) return fail(Errc::invalid_scope, "nothing in common with subject_token");
  return wanted;
}

/// `resource` and `audience` mean the same here; one of them, once.
Result<std::string> read_target(GrantContext& context, const TokenRequest& request,
                                const std::vector<std::string>& scopes) {
  const auto& audiences = request.parameters.all("audience");
  if (audiences.empty()) return choose_audience(context.settings, request, {}, scopes);
  if (audiences.size() > 1 || request.parameters.has("resource")) {
    return fail(Errc::invalid_target, "one audience a token");
  }
  if (!may_ask_for_audience(context.settings, request.client, audiences.front())) {
    return fail(Errc::invalid_target, "not an audience of this client");
  }
  return audiences.front();
}

}  // namespace

Result<TokenSet> exchange_token(GrantContext& context, const TokenRequest& request,
                                SystemTime now) {
  auto subject = read_subject(context, request, now);
  if (!subject) return fail(subject.error());
  auto actor = read_actor(context, request, *subject, now);
  if (!actor) return fail(actor.error());
  auto scopes = narrowed(request, *subject);
  if (!scopes) return fail(scopes.error());
  if (auto sender = check_sender(request); !sender) return fail(sender.error());
  auto audience = read_target(context, request, *scopes);
  if (!audience) return fail(audience.error());

  AccessToken claims = *subject;
  claims.audience = {std::move(*audience)};
  claims.client_id = request.client.id;
  claims.issued_at = now;
  claims.id =
      std::string(grant_of_token_id(subject->id)) + "." + context.random.base64url(token_id_octets);
  claims.scopes = *scopes;
  claims.actor = std::move(*actor);
  IssuedToken issued =
      issue_access_token(context, request, std::move(claims), now, subject->expires_at);
  TokenSet out;
  out.access_token = std::move(issued.token);
  out.expires_in = issued.expires_in;
  out.scopes = std::move(*scopes);
  out.members = R"({"issued_token_type":"urn:ietf:params:oauth:token-type:access_token"})";
  return out;
}

}  // namespace waf
