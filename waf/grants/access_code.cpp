// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/access_code.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "common/jose/access_token.hpp"
#include "common/log.hpp"
#include "waf/devices/code_match.hpp"
#include "waf/devices/device_sign_in.hpp"
#include "waf/errc.hpp"
#include "waf/grants/access_tokens.hpp"
#include "waf/grants/refresh_token.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;
using State = DeviceCredential::State;

constexpr std::size_t grant_id_octets = 12;

/// One exchange: what came, who sent it, and what it may get.
struct Exchange {
  GrantContext& context;
  const AccessCodeSettings& settings;
  const TokenRequest& request;
  const PresentedCode& presented;
  std::vector<std::string> scopes;  // asked for; empty: all that the grant gives
  SystemTime now;
};

/// The same for every reason, and durable like a success: neither the answer nor its time tells
/// whether there is such a user, code or device.
tl::unexpected<common::Error> refuse(Exchange& exchange, const std::string& reason) {
  count_failed_exchange(exchange.context.store, exchange.now);
  return fail(Errc::invalid_grant, reason);
}

/// A guess: it costs the sender's network and everybody's budget.
tl::unexpected<common::Error> refuse_guess(Exchange& exchange, const std::string& reason) {
  DeviceContext& devices = exchange.context.devices;
  (void)devices.failures_per_source.allow(source_network(exchange.presented.source), exchange.now);
  (void)devices.failures_per_realm.allow(exchange.settings.realm, exchange.now);
  devices.count("wrong");
  return refuse(exchange, reason);
}

bool is_limited(const Exchange& exchange) {
  const DeviceContext& devices = exchange.context.devices;
  return !devices.failures_per_source.would_allow(source_network(exchange.presented.source),
                                                  exchange.now) ||
         !devices.failures_per_realm.would_allow(exchange.settings.realm, exchange.now);
}

std::string members_of(const User& user, const DeviceCredential& credential) {
  nlohmann::json sip = {{"impi", user.impi}, {"impus", user.impus}};
  if (!user.impus.empty()) sip["default_impu"] = user.impus.front();
  return nlohmann::json{{"sip", std::move(sip)}, {"credential_id", credential.id}}.dump();
}

Result<TokenSet> give_tokens(Exchange& exchange, const User& user, const Grant& grant,
                             const DeviceCredential& credential) {
  GrantContext& context = exchange.context;
  const auto& scopes = exchange.scopes.empty() ? grant.scopes : exchange.scopes;
  const bool inside = std::all_of(scopes.begin(), scopes.end(),
                                  [&](const auto& one) { return contains(grant.scopes, one); });
  if (!inside) return fail(Errc::invalid_scope, "more than phones are given");
  const TokenSubject subject{user, grant, scopes, exchange.request.proof};
  TokenSet out = issue_user_tokens(context, exchange.request, subject, context.settings.audience,
                                   {}, exchange.now);
  out.refresh_token = first_refresh_token(context, grant, exchange.now);
  out.members = members_of(user, credential);
  return out;
}

std::optional<User> live_user(Exchange& exchange, const DeviceCredential& credential) {
  Store& store = exchange.context.store;
  auto user = store.find_user(credential.login.user_id);
  if (!user || !user->enabled) return std::nullopt;
  return user;
}

/// A phone that is signed in shows its credential again: after a restart of the gateway, or when
/// the gateway lost its tokens.
Result<TokenSet> renew(Exchange& exchange, DeviceCredential credential) {
  GrantContext& context = exchange.context;
  const auto grant = context.store.find_grant(credential.grant_id);
  const auto user = live_user(exchange, credential);
  if (!user || !is_live(grant, exchange.now)) {
    end_device(context.store, credential);
    return refuse(exchange, "the sign-in of this device has ended");
  }
  credential.last_used = exchange.now;
  credential.source = exchange.presented.source.to_string();
  credential.failures = 0;
  context.store.put_device_credential(credential);
  auto out = give_tokens(exchange, *user, *grant, credential);
  if (out) context.devices.count("renewed");
  return out;
}

Grant new_grant(const Exchange& exchange, const DeviceCredential& credential) {
  Grant out;
  out.id = credential.grant_id;
  out.client_id = exchange.request.client.id;
  out.user_id = credential.login.user_id;
  out.sid = credential.login.sid;
  out.acr = credential.login.acr;
  out.auth_time = credential.login.auth_time;
  out.expires_at = credential.expires_at;
  for (const auto& scope : exchange.settings.scopes) {
    if (exchange.request.client.may_ask_for(scope)) out.scopes.push_back(scope);
  }
  return out;
}

Result<TokenSet> activate(Exchange& exchange, DeviceCredential credential) {
  GrantContext& context = exchange.context;
  Store& store = context.store;
  const auto user = live_user(exchange, credential);
  if (credential.code_until <= exchange.now) return refuse(exchange, "code has expired");
  if (!user || login_was_ended(store, credential)) return refuse(exchange, "the login has ended");
  credential.state = State::activated;
  credential.grant_id = context.random.base64url(grant_id_octets);
  credential.device = exchange.presented.device;
  credential.transport = exchange.presented.transport;
  credential.source = exchange.presented.source.to_string();
  credential.model = exchange.presented.model;
  credential.activated_at = exchange.now;
  credential.last_used = exchange.now;
  credential.expires_at = exchange.now + exchange.settings.device_lifetime;
  const Grant grant = new_grant(exchange, credential);
  Result<TokenSet> out = fail(Errc::invalid_scope, "more than phones are given");
  const bool inside = std::all_of(exchange.scopes.begin(), exchange.scopes.end(),
                                  [&](const auto& one) { return contains(grant.scopes, one); });
  if (!inside || grant.scopes.empty()) return out;
  // Of two gateways that race for one code, one turns the row.
  if (!store.activate_device_credential(credential)) return refuse(exchange, "code was used");
  store.put_grant(grant);
  store.put_device_notice({credential.login.user_id, DeviceNotice::Kind::signed_in,
                           credential.model, credential.source, exchange.now});
  context.devices.count("signed_in");
  return give_tokens(exchange, *user, grant, credential);
}

/// The digest of a signed-in phone from another one: somebody knows the code.
tl::unexpected<common::Error> refuse_other_device(Exchange& exchange,
                                                  const DeviceCredential& credential) {
  common::log::warn("access code of user {} shown by another device, from {}",
                    credential.login.user_id, exchange.presented.source.to_string());
  exchange.context.store.put_device_notice(
      {credential.login.user_id, DeviceNotice::Kind::other_device, exchange.presented.model,
       exchange.presented.source.to_string(), exchange.now});
  exchange.context.devices.count("other_device");
  return refuse_guess(exchange, "credential of another device");
}

/// The code or digest is wrong. Whom it costs: the signed-in device that sent it, or else the code
/// that waits under this name.
tl::unexpected<common::Error> refuse_wrong(Exchange& exchange, const CodeMatch& match) {
  GrantContext& context = exchange.context;
  bool own = false;
  for (DeviceCredential credential : match.others) {
    if (credential.state != State::activated || credential.device != exchange.presented.device) {
      continue;
    }
    own = true;
    if (note_device_failure(context.store, exchange.settings, credential, exchange.now)) {
      context.devices.count("suspended");
    }
  }
  for (DeviceCredential credential : match.others) {
    if (own || credential.state != State::issued) continue;
    if (note_wrong_code(context.store, exchange.settings, credential, exchange.presented,
                        exchange.now)) {
      context.devices.count("dead");
    }
  }
  return refuse_guess(exchange, "wrong code");
}

bool is_own_device(const Exchange& exchange, const DeviceCredential& credential) {
  const PresentedCode& presented = exchange.presented;
  if (credential.device != presented.device || credential.transport.empty()) return false;
  const bool secure = credential.transport == "tls" || credential.transport == "wss";
  if (secure != (presented.transport_class == TransportClass::secure)) return false;
  return secure || credential.source == presented.source.to_string();
}

std::string_view presented_request(const Exchange& exchange) {
  if (exchange.presented.mode == PresentedCode::Mode::code) return "REGISTER";
  return exchange.presented.digest.method;
}

Result<TokenSet> decide(Exchange& exchange) {
  GrantContext& context = exchange.context;
  const CodeMatch match =
      match_code(context.store, context.devices, exchange.settings, exchange.presented);
  const auto& proven = match.proven;
  const bool active = proven && proven->state == State::activated;
  if (active && is_own_device(exchange, *proven) && proven->blocked_until <= exchange.now) {
    return renew(exchange, *proven);
  }
  if (is_limited(exchange)) {
    context.devices.count("limited");
    count_failed_exchange(context.store, exchange.now);
    return fail(Errc::too_many_attempts, "too many wrong access codes");
  }
  if (!proven) return refuse_wrong(exchange, match);
  if (active && is_own_device(exchange, *proven)) return refuse(exchange, "device is suspended");
  if (active) return refuse_other_device(exchange, *proven);
  // A phone that goes on trying a code that has ended does not guess.
  if (proven->state == State::ended) return refuse(exchange, "code has ended");
  // Only a REGISTER signs a phone in; other requests are those of one that is.
  if (presented_request(exchange) != "REGISTER") return refuse(exchange, "not signed in");
  return activate(exchange, *proven);
}

}  // namespace

Result<TokenSet> redeem_access_code(GrantContext& context, const TokenRequest& request,
                                    SystemTime now) {
  const AccessCodeSettings& settings = context.settings.devices.access_codes;
  if (!settings.enabled) return fail(Errc::unsupported_grant_type);
  auto presented = read_presented_code(request.parameters, settings);
  if (!presented) return fail(presented.error());
  Exchange exchange{context,
                    settings,
                    request,
                    *presented,
                    common::jose::split_scopes(request.parameters.get("scope")),
                    now};
  auto out = decide(exchange);
  cleanse(presented->code);
  return out;
}

}  // namespace waf
