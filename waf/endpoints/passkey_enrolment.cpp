// SPDX-License-Identifier: Apache-2.0
#include "common/log.hpp"
#include "waf/accounts/login_flow.hpp"
#include "waf/accounts/passkeys.hpp"
#include "waf/accounts/posted_form.hpp"
#include "waf/accounts/second_factor.hpp"
#include "waf/endpoints/account.hpp"
#include "waf/endpoints/passkey.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/pages/account_page.hpp"
#include "waf/pages/second_factor_page.hpp"

namespace waf {
namespace {

constexpr seconds recent{600};
constexpr std::string_view ceremony = "passkey-create";

LoginGate gate_for(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  return require_login(context, http, {}, recent, now);
}

}  // namespace

Answer handle_passkey_options(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const auto live = find_live_session(context, http, now);
  if (!live || !read_own_form(context, http, account_form, live->session.digest)) {
    return json_response(403, R"({"error":"stale_form"})");
  }
  return json_response(
      200, creation_options(context, live->user,
                            make_challenge(context, ceremony, live->session.digest, now)));
}

Answer handle_passkey(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  auto gate = gate_for(context, http, now);
  if (gate.answer) return std::move(*gate.answer);
  const LiveSession& live = *gate.live;
  const pages::Look look = context.look_for(http);
  const auto form = read_own_form(context, http, account_form, live.session.digest);
  if (!form) return stale_form_page(look);
  const bool first = !has_second_factor(context, live.user.id);
  const auto made =
      register_passkey(context, live.user, live.session.digest, form->get("credential"),
                       pages::browser_name(http.headers.get("User-Agent")), now);
  if (!made) {
    common::log::info("passkey of {} not registered: {}", live.user.id, made.error().message());
    return redirect_response("/account?done=passkey-failed");
  }
  // From now on a login asks for more than the password: there must be a way in without the device.
  if (!first) return redirect_response("/account?done=passkey");
  return html_response(200,
                       pages::recovery_codes(look, make_recovery_codes(context, live.user.id)));
}

Answer handle_passkey_remove(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  auto gate = gate_for(context, http, now);
  if (gate.answer) return std::move(*gate.answer);
  const LiveSession& live = *gate.live;
  const auto form = read_own_form(context, http, account_form, live.session.digest);
  if (!form) return stale_form_page(context.look_for(http));
  context.store.atomically([&] {
    context.store.remove_passkey(live.user.id, form->get("passkey"));
    if (!has_second_factor(context, live.user.id)) {
      context.store.put_recovery_codes(live.user.id, {});
    }
  });
  return redirect_response("/account?done=passkey-removed");
}

}  // namespace waf
