// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/device.hpp"

#include "common/log.hpp"
#include "waf/endpoints/page_form.hpp"
#include "waf/endpoints/page_gate.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/endpoints/sessions.hpp"
#include "waf/errc.hpp"
#include "waf/grants/device_code.hpp"
#include "waf/pages/device_pages.hpp"
#include "waf/pages/pages.hpp"

namespace waf {
namespace {

constexpr std::string_view form_name = "device";
constexpr seconds confirm_lifetime{600};

/// One request of a logged-in user.
struct Visit {
  EndpointContext& context;
  const HttpRequest& http;
  LiveSession live;
  SystemTime now;

  [[nodiscard]] std::string csrf() const {
    return csrf_token(context, form_name, session_key(http));
  }
};

HttpResponse entry_page(const Visit& visit, const std::string& code,
                        std::optional<pages::TextKey> error = {}) {
  const pages::Look look = visit.context.look_for(visit.http);
  return html_response(
      error ? 400 : 200,
      pages::device_entry(look, {visit.csrf(), code, error ? look.say(*error) : std::string()}));
}

/// token-auth 4.4: a user code is short, so who types many is held up.
bool is_held_up(const Visit& visit) {
  DeviceContext& devices = visit.context.devices;
  const bool allowed =
      devices.entries_per_address.allow(rate_key(visit.http.peer.address), visit.now) &&
      devices.entries_per_session.allow(visit.live.session.sid, visit.now) &&
      devices.entries_per_account.allow(visit.live.user.id, visit.now);
  if (!allowed) visit.context.metrics.limited("device");
  return !allowed;
}

HttpResponse confirm_page(const Visit& visit, const DeviceAuthorization& device,
                          const std::string& code) {
  const auto client = visit.context.store.find_client(device.client_id);
  if (!client || !client->enabled) {
    return entry_page(visit, "", pages::TextKey("device.wrong"));
  }
  pages::DeviceConfirmation page;
  page.csrf = visit.csrf();
  // Sealed, so that nobody gets to the decision past the limits on typing.
  page.sealed = visit.context.sealer.seal(form_name, session_key(visit.http), code,
                                          visit.now + confirm_lifetime);
  page.client_name = client->name;
  page.user_name = visit.live.user.display_name;
  page.user_code = shown_user_code(code);
  page.scopes = device.scopes;
  page.source = device.source;
  page.asked_at = device.created_at;
  return html_response(200, pages::device_confirm(visit.context.look_for(visit.http), page));
}

HttpResponse find(const Visit& visit, const std::string& typed) {
  if (is_held_up(visit)) {
    HttpResponse out = entry_page(visit, "", pages::TextKey("device.held_up"));
    out.status = 429;
    out.headers.add("Retry-After", "60");
    return out;
  }
  const auto device = find_waiting_device(visit.context.grants, typed, visit.now);
  if (!device) {
    visit.context.metrics.refused("device", "wrong_code");
    return entry_page(visit, "", pages::TextKey("device.wrong"));
  }
  return confirm_page(visit, *device, normalised_user_code(typed));
}

HttpResponse decide(const Visit& visit, const std::string& sealed, bool allowed) {
  EndpointContext& context = visit.context;
  const pages::Look look = context.look_for(visit.http);
  const auto code = context.sealer.open(form_name, session_key(visit.http), sealed, visit.now);
  std::optional<DeviceAuthorization> device;
  if (code) device = find_waiting_device(context.grants, *code, visit.now);
  if (!device) return entry_page(visit, "", pages::TextKey("device.late"));
  if (!allowed) {
    deny_device(context.grants, *device);
    return html_response(
        200, pages::message(look, look.say("device.denied.title"), look.say("device.denied.text")));
  }
  const Session& session = visit.live.session;
  approve_device(context.grants, *device,
                 {session.user_id, session.sid, session.acr, session.amr, session.auth_time});
  common::log::info("device of client {} connected for user {}", device->client_id,
                    session.user_id);
  return html_response(
      200, pages::message(look, look.say("device.done.title"), look.say("device.done.text")));
}

}  // namespace

Answer show_device(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const auto query = common::parse_form(http.query);
  const std::string code =
      query ? normalised_user_code(Parameters(*query).get("user_code")) : std::string();
  const std::string shown = code.empty() ? code : shown_user_code(code);
  auto gate = open_page(context, http, shown.empty() ? "/device" : "/device?user_code=" + shown,
                        std::nullopt, now);
  if (gate.answer) return std::move(*gate.answer);
  const Visit visit{context, http, std::move(*gate.live), now};
  return entry_page(visit, shown);
}

Answer handle_device(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  auto gate = open_page(context, http, "/device", std::nullopt, now);
  if (gate.answer) return std::move(*gate.answer);
  const auto form = read_page_form(context, http, form_name);
  if (!form) return stale_form_page(context.look_for(http));
  const Visit visit{context, http, std::move(*gate.live), now};
  const std::string& step = form->get("step");
  if (step != "allow" && step != "deny") return find(visit, form->get("user_code"));
  HttpResponse out;
  context.store.atomically([&] { out = decide(visit, form->get("device"), step == "allow"); });
  return out;
}

}  // namespace waf
