// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "common/encoding.hpp"
#include "waf/accounts/login_flow.hpp"
#include "waf/accounts/posted_form.hpp"
#include "waf/accounts/second_factor.hpp"
#include "waf/accounts/totp.hpp"
#include "waf/endpoints/account.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/pages/qr_picture.hpp"
#include "waf/pages/second_factor_page.hpp"

namespace waf {
namespace {

constexpr seconds recent{600};  // who left a browser open must not lose the account to it
constexpr seconds enrolment_lifetime{1800};

std::string purpose_of(const User& user) { return "totp-enrolment:" + user.id; }

LoginGate gate_for(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  Continuation here;
  if (http.method == "GET") here.page = http.path;
  return require_login(context, http, here, recent, now);
}

HttpResponse show(EndpointContext& context, const LiveSession& live, const HttpRequest& http,
                  const std::string& secret, const std::string& error, SystemTime now) {
  pages::TotpForm form;
  form.csrf = csrf_token(context, account_form, live.session.digest);
  // Encrypted, since it is a secret that passes through a page's source twice.
  form.sealed =
      context.sealer.seal(purpose_of(live.user), live.session.digest,
                          context.devices.box.seal(context.random, purpose_of(live.user), secret),
                          now + enrolment_lifetime);
  form.key = base32(secret);
  form.picture =
      pages::qr_picture(otpauth_uri(context.settings.brand.name, live.user.name, secret));
  form.error = error;
  return html_response(error.empty() ? 200 : 400,
                       pages::totp_enrolment(context.look_for(http), form));
}

std::string fresh_secret(EndpointContext& context) {
  std::array<std::byte, totp_secret_octets> octets{};
  context.random.fill(octets);
  return std::string(common::text_of(octets));
}

HttpResponse show_codes(EndpointContext& context, const LiveSession& live,
                        const HttpRequest& http) {
  return html_response(200, pages::recovery_codes(context.look_for(http),
                                                  make_recovery_codes(context, live.user.id)));
}

HttpResponse confirm(EndpointContext& context, const LiveSession& live, const HttpRequest& http,
                     const Parameters& form, SystemTime now) {
  const pages::Look look = context.look_for(http);
  const auto sealed =
      context.sealer.open(purpose_of(live.user), live.session.digest, form.get("secret"), now);
  const auto secret = sealed ? context.devices.box.open(purpose_of(live.user), *sealed)
                             : common::Result<std::string>(common::fail(sealed.error()));
  if (!secret) return stale_form_page(look);
  const auto step = match_totp(*secret, form.get("code"), 0, now);
  if (!step) return show(context, live, http, *secret, look.say("totp.wrong"), now);
  HttpResponse out;
  context.store.atomically([&] {
    context.store.put_totp({live.user.id, seal_totp(context, live.user.id, *secret), *step, now});
    out = show_codes(context, live, http);
  });
  return out;
}

}  // namespace

Answer handle_totp(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  auto gate = gate_for(context, http, now);
  if (gate.answer) return std::move(*gate.answer);
  const LiveSession& live = *gate.live;
  if (context.store.find_totp(live.user.id)) return redirect_response("/account");
  if (http.method != "POST") return show(context, live, http, fresh_secret(context), "", now);
  const auto form = read_own_form(context, http, account_form, live.session.digest);
  if (!form) return stale_form_page(context.look_for(http));
  return confirm(context, live, http, *form, now);
}

Answer handle_totp_off(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  auto gate = gate_for(context, http, now);
  if (gate.answer) return std::move(*gate.answer);
  const auto form = read_own_form(context, http, account_form, gate.live->session.digest);
  if (!form) return stale_form_page(context.look_for(http));
  context.store.atomically([&] {
    context.store.remove_totp(gate.live->user.id);
    if (!has_second_factor(context, gate.live->user.id)) {
      context.store.put_recovery_codes(gate.live->user.id, {});
    }
  });
  return redirect_response("/account?done=totp");
}

Answer handle_recovery_codes(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  auto gate = gate_for(context, http, now);
  if (gate.answer) return std::move(*gate.answer);
  const auto form = read_own_form(context, http, account_form, gate.live->session.digest);
  if (!form || !has_second_factor(context, gate.live->user.id)) {
    return stale_form_page(context.look_for(http));
  }
  return show_codes(context, *gate.live, http);
}

}  // namespace waf
