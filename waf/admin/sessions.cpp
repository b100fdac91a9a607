// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/sessions.hpp"

#include <nlohmann/json.hpp>

#include "waf/admin/representation.hpp"
#include "waf/devices/device_sign_in.hpp"
#include "waf/devices/phones.hpp"

namespace waf::admin {
namespace {

using common::HttpResponse;

/// The live session of the sid in the path.
std::optional<Session> find_session(const Call& call) {
  for (const Session& session : call.context.store.sessions_named(call.arguments[0])) {
    if (call.now < session.expires_at) return session;
  }
  return std::nullopt;
}

/// The phone or code in the path, when it is the user's.
std::optional<DeviceCredential> find_device(const Call& call) {
  auto device = call.context.store.find_device_credential(call.arguments[1]);
  if (device && device->login.user_id != call.arguments[0]) return std::nullopt;
  return device;
}

}  // namespace

HttpResponse show_session(const Call& call) {
  const auto session = find_session(call);
  return session ? show(call, shown(*session)) : not_found();
}

/// As when its user signs out: clients hear of it by back-channel logout.
HttpResponse delete_session(const Call& call) {
  const auto session = find_session(call);
  if (!session) return not_found();
  end_session(call.context, *session, call.now);
  return no_content();
}

HttpResponse show_device(const Call& call) {
  const auto device = find_device(call);
  return device ? show(call, shown(*device)) : not_found();
}

/// A phone is signed out; a code that waits is dead.
HttpResponse delete_device(const Call& call) {
  const auto device = find_device(call);
  if (!device || device->state == DeviceCredential::State::ended) return not_found();
  if (!sign_out_phone(call.context.grants, call.arguments[0], device->id, call.now)) {
    end_device(call.context.store, *device);
  }
  return no_content();
}

}  // namespace waf::admin
