// SPDX-License-Identifier: Apache-2.0
#include "waf/devices/phones.hpp"

#include <algorithm>

#include "waf/devices/access_code.hpp"
#include "waf/devices/device_sign_in.hpp"
#include "waf/errc.hpp"

namespace waf {
namespace {

using State = DeviceCredential::State;

constexpr std::size_t credential_id_octets = 16;
constexpr int tries = 5;  // for a code that none of the live ones equals

/// Under the empty name a code must be the only one of the deployment.
bool is_free(Store& store, const std::vector<DeviceSecret>& secrets) {
  return std::none_of(secrets.begin(), secrets.end(), [&store](const DeviceSecret& secret) {
    return store.device_secret_of_code(secret.code_digest).has_value();
  });
}

DeviceCredential new_credential(GrantContext& context, const LoginFacts& login, SystemTime now) {
  DeviceCredential out;
  out.id = context.random.base64url(credential_id_octets);
  out.login = login;
  out.issued_at = now;
  out.code_until = now + context.settings.devices.access_codes.lifetime;
  out.expires_at = out.code_until;
  return out;
}

}  // namespace

common::Result<MintedCode> mint_access_code(GrantContext& context, const User& user,
                                            const LoginFacts& login, SystemTime now) {
  const AccessCodeSettings& settings = context.settings.devices.access_codes;
  if (std::ssize(signed_in_phones(context.store, user.id, now)) >= settings.devices_per_user) {
    return common::fail(Errc::access_denied, "too many phones are signed in");
  }
  if (!context.devices.minted_per_user.allow(user.id, now)) {
    return common::fail(Errc::too_many_attempts);
  }
  auto names = phone_names_of(user);
  if (settings.without_user_name) names.emplace_back();
  const DeviceCredential credential = new_credential(context, login, now);
  for (int i = 0; i < tries; ++i) {
    SecretText code(new_access_code(context.random, settings.digits));
    const auto secrets = secrets_for_code(context.devices.box, context.random, settings, credential,
                                          names, code.get());
    bool stored = false;
    context.store.atomically([&] {
      if (!is_free(context.store, secrets)) return;
      context.store.end_issued_codes(user.id);
      context.store.put_device_credential(credential);
      for (const auto& secret : secrets) context.store.put_device_secret(secret);
      stored = true;
    });
    if (!stored) continue;
    context.devices.count("minted");
    return MintedCode{std::move(code), credential.code_until};
  }
  return common::fail(Errc::too_many_attempts, "no code is free");
}

std::optional<DeviceCredential> waiting_code(Store& store, std::string_view user_id,
                                             SystemTime now) {
  for (auto& credential : store.device_credentials_of_user(user_id)) {
    if (credential.state == State::issued && credential.code_until > now) return credential;
  }
  return std::nullopt;
}

std::vector<DeviceCredential> signed_in_phones(Store& store, std::string_view user_id,
                                               SystemTime now) {
  auto out = store.device_credentials_of_user(user_id);
  std::erase_if(out, [&store, now](const DeviceCredential& credential) {
    return credential.state != State::activated ||
           !is_live(store.find_grant(credential.grant_id), now);
  });
  return out;
}

bool sign_out_phone(GrantContext& context, std::string_view user_id, std::string_view credential_id,
                    SystemTime now) {
  const auto credential = context.store.find_device_credential(credential_id);
  if (!credential || credential->login.user_id != user_id ||
      credential->state != State::activated) {
    return false;
  }
  context.store.atomically([&] {
    end_device(context.store, *credential);
    revoke_grant(context, credential->grant_id, now);
  });
  context.devices.count("signed_out");
  return true;
}

}  // namespace waf
