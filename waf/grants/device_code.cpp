// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/device_code.hpp"

#include <algorithm>
#include <array>

#include "common/jose/access_token.hpp"
#include "waf/errc.hpp"
#include "waf/grants/access_tokens.hpp"
#include "waf/grants/refresh_token.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;
using State = DeviceAuthorization::State;

// RFC 8628 section 6.1: no vowels, so that no words come out; no digits, which look like letters.
constexpr std::string_view letters = "BCDFGHJKLMNPQRSTVWXZ";
constexpr std::size_t code_length = 8;
constexpr std::size_t grant_id_octets = 12;
constexpr std::int64_t slow_down_by = 5;
constexpr int tries = 5;  // for a user code that no other device has

std::string new_user_code(common::RandomSource& random) {
  std::string out;
  while (out.size() < code_length) {
    std::array<std::byte, 1> byte{};
    random.fill(byte);
    const auto value = std::to_integer<std::size_t>(byte[0]);
    if (value < 240) out += letters[value % letters.size()];  // 240 is a multiple of 20
  }
  return out;
}

std::string digest_of_user_code(const GrantContext& context, std::string_view code) {
  return context.devices.box.keyed_digest_of("user-code", code);
}

Result<std::vector<std::string>> scopes_of(const Parameters& parameters, const Client& client) {
  auto scopes = common::jose::split_scopes(parameters.get("scope"));
  if (scopes.empty()) return client.default_scopes;
  const bool allowed = std::all_of(scopes.begin(), scopes.end(), [&client](const auto& scope) {
    return client.may_ask_for(scope);
  });
  if (!allowed) return fail(Errc::invalid_scope, "this client may not ask for one of the scopes");
  return scopes;
}

/// Pending: too early is noted, and everything after it takes longer.
tl::unexpected<common::Error> not_yet(GrantContext& context, DeviceAuthorization device,
                                      SystemTime now) {
  const bool too_fast = now < device.last_poll + seconds(device.interval);
  device.last_poll = now;
  if (too_fast) device.interval += slow_down_by;
  context.store.put_device_authorization(device);
  return fail(too_fast ? Errc::slow_down : Errc::authorization_pending);
}

Grant new_grant(GrantContext& context, const DeviceAuthorization& device,
                const TokenRequest& request, SystemTime now) {
  Grant out;
  out.id = context.random.base64url(grant_id_octets);
  out.client_id = device.client_id;
  out.user_id = device.login.user_id;
  out.sid = device.login.sid;
  out.acr = device.login.acr;
  out.scopes = device.scopes;
  out.auth_time = device.login.auth_time;
  out.expires_at = now + context.settings.refresh_absolute;
  bind_refresh(request, out);
  return out;
}

Result<TokenSet> give_tokens(GrantContext& context, const DeviceAuthorization& device,
                             const TokenRequest& request, SystemTime now) {
  const auto user = context.store.find_user(device.login.user_id);
  if (!user || !user->enabled) return fail(Errc::access_denied);
  if (context.store.revoked_at(Revocation::Type::session, device.login.sid)) {
    return fail(Errc::access_denied, "the session has ended");
  }
  if (auto sender = check_sender(request); !sender) return fail(sender.error());
  const auto audience = choose_audience(context.settings, request, {}, device.scopes);
  if (!audience) return fail(audience.error());
  if (!context.store.remove_device_authorization(device.digest)) return fail(Errc::invalid_grant);
  const Grant grant = new_grant(context, device, request, now);
  context.store.put_grant(grant);
  TokenSet out = issue_user_tokens(context, request, {*user, grant, grant.scopes, request.proof},
                                   *audience, {}, now);
  if (contains(grant.scopes, "offline_access")) {
    out.refresh_token = first_refresh_token(context, grant, now);
  }
  return out;
}

}  // namespace

Result<StartedDevice> start_device(GrantContext& context, const TokenRequest& request,
                                   SystemTime now) {
  const DeviceGrantSettings& settings = context.settings.devices.device_grant;
  if (!settings.enabled) return fail(Errc::invalid_request, "the device grant is switched off");
  if (!request.client.may_use_grant(device_code_grant)) return fail(Errc::unauthorized_client);
  auto scopes = scopes_of(request.parameters, request.client);
  if (!scopes) return fail(scopes.error());
  StartedDevice out;
  out.device_code = context.random.base64url(secret_octets);
  out.expires_in = settings.lifetime;
  out.interval = settings.interval;
  DeviceAuthorization device;
  for (int i = 0; i < tries && device.user_code.empty(); ++i) {
    out.user_code = new_user_code(context.random);
    const std::string digest = digest_of_user_code(context, out.user_code);
    if (!context.store.find_user_code(digest)) device.user_code = digest;
  }
  if (device.user_code.empty()) return fail(Errc::too_many_attempts, "no user code is free");
  device.digest = digest_of(out.device_code);
  device.client_id = request.client.id;
  device.scopes = std::move(*scopes);
  device.key_thumbprint = request.proof.key_thumbprint;
  device.source = request.peer.address.to_string();
  device.created_at = now;
  device.expires_at = now + settings.lifetime;
  device.interval = settings.interval.count();
  device.last_poll = now - settings.interval;  // the first poll may come at once
  context.store.put_device_authorization(device);
  out.user_code = shown_user_code(out.user_code);
  return out;
}

std::string shown_user_code(std::string_view code) {
  std::string out(code.substr(0, code_length / 2));
  out += '-';
  out += code.substr(code_length / 2);
  return out;
}

std::string normalised_user_code(std::string_view typed) {
  std::string out;
  for (char c : typed) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (letters.find(c) != std::string_view::npos) {
      out += c;
    } else if (c != '-' && c != ' ' && c != '.' && c != '_') {
      return {};
    }
  }
  return out.size() == code_length ? out : std::string();
}

std::optional<DeviceAuthorization> find_waiting_device(GrantContext& context,
                                                       std::string_view typed, SystemTime now) {
  const std::string code = normalised_user_code(typed);
  if (code.empty()) return std::nullopt;
  auto device = context.store.find_user_code(digest_of_user_code(context, code));
  if (!device || device->expires_at <= now || device->state != State::pending) return std::nullopt;
  return device;
}

void approve_device(GrantContext& context, DeviceAuthorization device, const LoginFacts& login) {
  device.state = State::approved;
  device.login = login;
  context.store.put_device_authorization(device);
}

void deny_device(GrantContext& context, DeviceAuthorization device) {
  device.state = State::denied;
  context.store.put_device_authorization(device);
}

Result<TokenSet> redeem_device_code(GrantContext& context, const TokenRequest& request,
                                    SystemTime now) {
  if (!context.settings.devices.device_grant.enabled) return fail(Errc::unsupported_grant_type);
  const std::string& code = request.parameters.get("device_code");
  if (code.empty()) return fail(Errc::invalid_request, "device_code is required");
  const auto device = context.store.find_device_authorization(digest_of(code));
  if (!device || device->client_id != request.client.id) {
    return fail(Errc::invalid_grant, "unknown device code");
  }
  if (!device->key_thumbprint.empty() && device->key_thumbprint != request.proof.key_thumbprint) {
    return fail(Errc::invalid_grant, "device code of another key");
  }
  if (device->expires_at <= now) return fail(Errc::expired_token);
  if (device->state == State::pending) return not_yet(context, *device, now);
  if (device->state == State::denied) return fail(Errc::access_denied);
  return give_tokens(context, *device, request, now);
}

}  // namespace waf
