// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/access_code.hpp"

#include "common/log.hpp"
#include "waf/devices/access_code.hpp"
#include "waf/devices/phones.hpp"
#include "waf/endpoints/page_form.hpp"
#include "waf/endpoints/page_gate.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/endpoints/sessions.hpp"
#include "waf/errc.hpp"
#include "waf/pages/access_code_page.hpp"
#include "waf/pages/pages.hpp"

namespace waf {
namespace {

constexpr std::string_view form_name = "access-code";
constexpr const char* address = "/access-code";
constexpr std::size_t notices_shown = 10;

pages::AccessCodePage page_for(EndpointContext& context, const HttpRequest& http,
                               const LiveSession& live, SystemTime now) {
  pages::AccessCodePage out;
  out.csrf = csrf_token(context, form_name, session_key(http));
  out.display_name = live.user.display_name;
  if (const auto waiting = waiting_code(context.store, live.user.id, now)) {
    out.code_until = waiting->code_until;
    out.code_left = waiting->code_until - now;
  }
  out.phones = signed_in_phones(context.store, live.user.id, now);
  out.notices = context.store.device_notices(live.user.id, notices_shown);
  return out;
}

HttpResponse switched_off(const EndpointContext& context, const HttpRequest& http) {
  const pages::Look look = context.look_for(http);
  return html_response(
      404, pages::problem(look, look.say("common.missing.title"), look.say("common.missing.text")));
}

HttpResponse mint(EndpointContext& context, const HttpRequest& http, const LiveSession& live,
                  SystemTime now) {
  const Session& session = live.session;
  const auto minted = mint_access_code(
      context.grants, live.user,
      {session.user_id, session.sid, session.acr, session.amr, session.auth_time}, now);
  const pages::Look look = context.look_for(http);
  pages::AccessCodePage page = page_for(context, http, live, now);
  if (!minted) {
    page.error =
        look.say(minted.error() == Errc::access_denied ? pages::TextKey("code.too_many_phones")
                                                       : pages::TextKey("code.too_many"));
    HttpResponse out = html_response(429, pages::access_code(look, page));
    out.headers.add("Retry-After", "720");
    return out;
  }
  page.code = grouped_code(minted->code.get());
  page.phone_names = phone_names_of(live.user);
  common::log::info("access code made for user {}", live.user.id);
  HttpResponse out = html_response(200, pages::access_code(look, page));
  cleanse(page.code);
  // Without scripts as well, the code leaves the screen when it is dead.
  out.headers.add("Refresh", std::to_string(page.code_left.count()) + ";url=/access-code");
  return out;
}

HttpResponse change(EndpointContext& context, const HttpRequest& http, const LiveSession& live,
                    const Parameters& form, SystemTime now) {
  const pages::Look look = context.look_for(http);
  std::string done;
  if (form.get("action") == "cancel") {
    context.store.end_issued_codes(live.user.id);
    context.devices.count("cancelled");
    done = look.say("code.cancelled");
  } else if (sign_out_phone(context.grants, live.user.id, form.get("id"), now)) {
    common::log::info("phone of user {} signed out", live.user.id);
    done = look.say("phones.signed_out");
  }
  pages::AccessCodePage page = page_for(context, http, live, now);
  page.done = std::move(done);
  return html_response(200, pages::access_code(look, page));
}

}  // namespace

Answer show_access_code(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  if (!context.settings.devices.access_codes.enabled) return switched_off(context, http);
  auto gate = open_page(context, http, address, std::nullopt, now);
  if (gate.answer) return std::move(*gate.answer);
  const auto page = page_for(context, http, *gate.live, now);
  return html_response(200, pages::access_code(context.look_for(http), page));
}

Answer handle_access_code(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const AccessCodeSettings& settings = context.settings.devices.access_codes;
  if (!settings.enabled) return switched_off(context, http);
  const auto form = read_page_form(context, http, form_name);
  if (!form) return stale_form_page(context.look_for(http));
  const bool wants_code = form->get("action") == "mint";
  const auto max_age = wants_code ? std::optional(settings.fresh_login) : std::nullopt;
  auto gate = open_page(context, http, address, max_age, now);
  if (gate.answer) return std::move(*gate.answer);
  if (wants_code) return mint(context, http, *gate.live, now);
  return change(context, http, *gate.live, *form, now);
}

HttpResponse serve_access_code_script() {
  HttpResponse out;
  out.headers.add("Content-Type", "text/javascript; charset=utf-8");
  out.headers.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  out.headers.add("Cache-Control", "public, max-age=300");
  out.body = pages::access_code_script();
  return out;
}

}  // namespace waf
