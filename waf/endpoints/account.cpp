// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/account.hpp"

#include <algorithm>
#include <map>

#include "common/log.hpp"
#include "waf/accounts/login_flow.hpp"
#include "waf/accounts/posted_form.hpp"
#include "waf/devices/phones.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/grants/token_set.hpp"
#include "waf/pages/account_page.hpp"
#include "waf/pages/pages.hpp"

namespace waf {
namespace {

std::string done_text(const pages::Look& look, const std::string& what) {
  if (what == "password") return look.say("password.done");
  if (what == "session") return look.say("account.done.session");
  if (what == "application") return look.say("account.done.application");
  if (what == "passkey") return look.say("account.done.passkey");
  if (what == "passkey-failed") return look.say("account.done.passkey_failed");
  if (what == "passkey-removed") return look.say("account.done.passkey_removed");
  if (what == "totp") return look.say("account.done.totp_removed");
  return {};
}

bool is_live(const EndpointContext& context, const Session& session, SystemTime now) {
  return now < session.last_seen + context.settings.session_idle && now < session.expires_at;
}

std::vector<pages::AccountSession> sessions_of(EndpointContext& context, const LiveSession& live,
                                               SystemTime now) {
  std::vector<pages::AccountSession> out;
  for (const Session& session : context.store.sessions_of_user(live.user.id)) {
    if (!is_live(context, session, now)) continue;
    out.push_back({session.sid, session.user_agent, session.address, session.auth_time,
                   session.last_seen, session.digest == live.session.digest});
  }
  return out;
}

/// Clients that hold a grant or a remembered consent, each once.
std::vector<pages::AccountApplication> applications_of(EndpointContext& context, const User& user,
                                                       SystemTime now) {
  std::map<std::string, pages::AccountApplication> out;
  const auto add = [&](const std::string& id, const std::vector<std::string>& scopes,
                       SystemTime since) {
    auto [at, fresh] = out.try_emplace(id);
    pages::AccountApplication& one = at->second;
    if (fresh) {
      const auto client = context.store.find_client(id);
      one = {id, client ? client->name : id, {}, since};
    }
    one.since = std::min(one.since, since);
    for (const auto& scope : scopes) {
      if (!contains(one.scopes, scope)) one.scopes.push_back(scope);
    }
  };
  for (const Grant& grant : context.store.grants_of_user(user.id)) {
    if (now < grant.expires_at) add(grant.client_id, grant.scopes, grant.auth_time);
  }
  for (const Consent& consent : context.store.consents_of_user(user.id)) {
    add(consent.client_id, consent.scopes, consent.given_at);
  }
  std::vector<pages::AccountApplication> list;
  for (auto& [id, one] : out) list.push_back(std::move(one));
  return list;
}

void end_application(EndpointContext& context, const User& user, const std::string& client_id,
                     SystemTime now) {
  context.store.atomically([&] {
    context.store.remove_consent(user.id, client_id);
    for (const Grant& grant : context.store.grants_of_user(user.id)) {
      if (grant.client_id == client_id) revoke_grant(context.grants, grant.id, now);
    }
  });
}

void end_named_session(EndpointContext& context, const User& user, const std::string& sid,
                       SystemTime now) {
  for (const Session& session : context.store.sessions_named(sid)) {
    if (session.user_id == user.id) end_session(context, session, now);
  }
}

}  // namespace

void end_everything(EndpointContext& context, const std::string& user_id, const Session* kept,
                    EndReason reason, SystemTime now) {
  context.store.atomically([&] {
    for (const Session& session : context.store.sessions_of_user(user_id)) {
      if (kept == nullptr || session.digest != kept->digest) end_session(context, session, now);
    }
    for (const Grant& grant : context.store.grants_of_user(user_id)) {
      revoke_grant(context.grants, grant.id, now);
    }
    // Of the second before: a login that goes on from here gets its tokens within this one, and
    // what is older is ended above by its session and grant.
    revoke_user(context.settings, context.store, user_id, now - seconds(1));
    if (kept != nullptr) context.store.put_session(*kept);
  });
  common::log::info("{}: signed out everywhere ({})", user_id,
                    reason == EndReason::user ? "by the user" : "new password");
}

Answer handle_account(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  auto gate = require_login(context, http, {}, std::nullopt, now);
  if (gate.answer) return std::move(*gate.answer);
  const LiveSession& live = *gate.live;
  const pages::Look look = context.look_for(http);
  const auto fields = common::parse_form(http.query);
  const Parameters query(fields ? *fields : common::FormFields());
  pages::AccountPage page;
  page.display_name = live.user.display_name;
  page.user_name = live.user.name;
  page.csrf = csrf_token(context, account_form, live.session.digest);
  page.done = done_text(look, query.get("done"));
  page.sessions = sessions_of(context, live, now);
  page.applications = applications_of(context, live.user, now);
  page.has_access_codes = context.settings.devices.access_codes.enabled;
  page.has_device_grant = context.settings.devices.device_grant.enabled;
  for (const auto& phone : signed_in_phones(context.store, live.user.id, now)) {
    page.phones.push_back({phone.model, phone.source, phone.activated_at});
  }
  page.has_password = !live.user.password_hash.empty();
  for (const Passkey& one : context.store.passkeys_of_user(live.user.id)) {
    page.passkeys.push_back({one.id, one.name, one.created_at});
  }
  page.has_totp = context.store.find_totp(live.user.id).has_value();
  page.recovery_codes = context.store.recovery_codes_left(live.user.id);
  return html_response(200, pages::account(look, page));
}

Answer handle_account_end(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const auto live = find_live_session(context, http, now);
  if (!live) return stale_form_page(context.look_for(http));
  const auto form = read_own_form(context, http, account_form, live->session.digest);
  if (!form) {
    context.metrics.refused("account", "stale_form");
    return stale_form_page(context.look_for(http));
  }
  if (form->has("session")) {
    end_named_session(context, live->user, form->get("session"), now);
    return redirect_response("/account?done=session");
  }
  if (form->has("application")) {
    end_application(context, live->user, form->get("application"), now);
    return redirect_response("/account?done=application");
  }
  if (!form->has("everything")) return redirect_response("/account");
  end_everything(context, live->user.id, nullptr, EndReason::user, now);
  const pages::Look look = context.look_for(http);
  HttpResponse out = html_response(
      200, pages::message(look, look.say("logout.done.title"), look.say("logout.done.text")));
  out.headers.add("Set-Cookie", clear_cookie(session_cookie));
  return out;
}

}  // namespace waf
