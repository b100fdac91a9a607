// SPDX-License-Identifier: Apache-2.0
#include "waf/devices/device_sign_in.hpp"

#include <algorithm>

#include "common/log.hpp"

namespace waf {

using State = DeviceCredential::State;

bool is_live(const std::optional<Grant>& grant, SystemTime now) {
  return grant && !grant->revoked && grant->expires_at > now;
}

bool login_was_ended(Store& store, const DeviceCredential& credential) {
  const LoginFacts& login = credential.login;
  if (store.revoked_at(Revocation::Type::session, login.sid)) return true;
  const auto user = store.revoked_at(Revocation::Type::user, login.user_id);
  return user && credential.issued_at <= *user;
}

void end_device(Store& store, DeviceCredential credential) {
  credential.state = State::ended;
  store.put_device_credential(credential);
}

void count_failed_exchange(Store& store, SystemTime now) {
  LoginFailures failures = store.login_failures("access-code-exchanges");
  ++failures.count;
  failures.last = now;
  store.put_login_failures("access-code-exchanges", failures);
}

bool note_device_failure(Store& store, const AccessCodeSettings& settings,
                         DeviceCredential& credential, SystemTime now) {
  if (now > credential.failures_since + settings.suspend_window) {
    credential.failures = 0;
    credential.failures_since = now;
  }
  ++credential.failures;
  const bool suspended = credential.failures >= settings.suspend_failures;
  const auto doublings = std::min<std::int64_t>(credential.failures - 1, 20);
  const seconds wait =
      suspended ? settings.suspend_for : std::min(seconds(1LL << doublings), settings.suspend_for);
  credential.blocked_until = std::max(credential.blocked_until, now + wait);
  if (suspended) {
    credential.failures = 0;
    credential.failures_since = now;
    store.put_device_notice({credential.login.user_id, DeviceNotice::Kind::suspended,
                             credential.model, credential.source, now});
  }
  store.put_device_credential(credential);
  return suspended;
}

bool note_wrong_code(Store& store, const AccessCodeSettings& settings, DeviceCredential& credential,
                     const PresentedCode& presented, SystemTime now) {
  ++credential.wrong;
  const bool dead = credential.wrong >= settings.attempts;
  if (dead) {
    credential.state = State::ended;
    common::log::warn("access code of user {} is dead after {} wrong attempts, the last from {}",
                      credential.login.user_id, credential.wrong, presented.source.to_string());
    store.put_device_notice({credential.login.user_id, DeviceNotice::Kind::code_guessed,
                             presented.model, presented.source.to_string(), now});
  }
  store.put_device_credential(credential);
  return dead;
}

}  // namespace waf
