// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/password.hpp"

#include "common/log.hpp"
#include "waf/accounts/login_flow.hpp"
#include "waf/accounts/password_policy.hpp"
#include "waf/accounts/pending_login.hpp"
#include "waf/accounts/posted_form.hpp"
#include "waf/accounts/primary.hpp"
#include "waf/endpoints/account.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/grants/token_set.hpp"
#include "waf/pages/password_page.hpp"

namespace waf {
namespace {

constexpr std::string_view form_name = "password";
constexpr std::string_view step = "password";

using pages::PasswordForm;

std::string fault_text(const pages::Look& look, PasswordFault fault) {
  switch (fault) {
    case PasswordFault::too_short:
      return look.say("password.too_short");
    case PasswordFault::too_long:
      return look.say("password.too_long");
    case PasswordFault::common:
      return look.say("password.common");
    case PasswordFault::like_name:
      break;
  }
  return look.say("password.like_name");
}

/// What is wrong with the new password as it was typed twice; empty: nothing.
std::string new_password_error(const pages::Look& look, const Parameters& form, const User& user) {
  if (form.get("new_password") != form.get("again")) return look.say("password.differs");
  const auto fault = fault_of(form.get("new_password"), user.name);
  return fault ? fault_text(look, *fault) : std::string();
}

HttpResponse show(EndpointContext& context, const LiveSession& live, const HttpRequest& http,
                  PasswordForm form, unsigned status) {
  form.action = "/account/password";
  form.user_name = live.user.name;
  form.csrf = csrf_token(context, form_name, live.session.digest);
  return html_response(status, pages::password(context.look_for(http), form));
}

/// False when the account changed while the hash was computed.
bool store_password(EndpointContext& context, const std::string& user_id,
                    const std::string& former_hash, const std::string& hash) {
  bool done = false;
  context.store.atomically([&] {
    auto user = context.store.find_user(user_id);
    if (!user || !user->enabled || user->password_hash != former_hash) return;
    user->password_hash = hash;
    user->password_own = true;
    user->must_change_password = false;
    context.store.put_user(*user);
    done = true;
    common::log::info("{} changed the password", user->name);
  });
  return done;
}

/// The present password was right: the new one is hashed and stored.
Answer change(EndpointContext& context, const LiveSession& live, const std::string& password,
              const HttpRequest& http) {
  const auto user = context.store.find_user(live.user.id);
  const std::string former = user ? user->password_hash : std::string();
  return answer_after(
      PasswordHashing{password},
      [&context, live, former, http](WorkResult result, SystemTime later) -> Answer {
        const std::string hash = std::get<HashedPassword>(result).hash;
        const pages::Look look = context.look_for(http);
        if (hash.empty() || !store_password(context, live.user.id, former, hash)) {
          PasswordForm form;
          form.error = look.say("common.busy.text");
          return show(context, live, http, form, 503);
        }
        end_everything(context, live.user.id, &live.session, EndReason::password_changed, later);
        return redirect_response("/account?done=password");
      });
}

}  // namespace

Answer handle_password(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  Continuation here;
  here.page = "/account/password";
  auto gate = require_login(context, http, here, std::nullopt, now);
  if (gate.answer) return std::move(*gate.answer);
  const LiveSession& live = *gate.live;
  if (live.user.password_hash.empty()) return redirect_response("/account");
  if (http.method != "POST") return show(context, live, http, {}, 200);
  const pages::Look look = context.look_for(http);
  const auto form = read_own_form(context, http, form_name, live.session.digest);
  if (!form) return stale_form_page(look);
  PasswordForm again;
  again.new_error = new_password_error(look, *form, live.user);
  if (again.new_error.empty() && form->get("new_password") == form->get("password")) {
    again.new_error = look.say("password.same");
  }
  if (!again.new_error.empty()) return show(context, live, http, again, 400);
  HttpRequest kept = http;
  kept.body.clear();
  return check_primary(context, {live.user.name, form->get("password"), kept}, now,
                       [&context, live, kept, password = form->get("new_password")](
                           const PrimaryOutcome& outcome, SystemTime) -> Answer {
                         if (outcome.kind == PrimaryOutcome::Kind::accepted) {
                           return change(context, live, password, kept);
                         }
                         const pages::Look now_look = context.look_for(kept);
                         PasswordForm refused;
                         const bool wrong = outcome.kind == PrimaryOutcome::Kind::wrong;
                         refused.old_error =
                             wrong ? now_look.say("password.old_wrong")
                                   : now_look.say("login.wait",
                                                  {pages::duration(now_look, outcome.wait)});
                         return show(context, live, kept, refused, wrong ? 400 : 429);
                       });
}

HttpResponse show_forced_password(EndpointContext& context, const AuthenticatedUser& user,
                                  const Continuation& continuation, const HttpRequest& http,
                                  const std::string& error, SystemTime now) {
  const std::string key = browser_key(context, http);
  PasswordForm form;
  form.action = "/login/password";
  form.forced = true;
  form.csrf = csrf_token(context, step, key);
  form.sealed = seal_pending(context, step, key, {user, continuation}, now);
  form.new_error = error;
  const auto& request = continuation.request;
  HttpResponse out =
      html_response(error.empty() ? 200 : 400, pages::password(context.look_for(http), form),
                    request ? std::string_view(request->redirect_uri) : "");
  set_browser_key(context, key, out);
  return out;
}

Answer handle_forced_password(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const pages::Look look = context.look_for(http);
  const auto form = read_browser_form(context, http, step);
  const auto pending = form ? open_pending(context, step, http, form->get("request"), now)
                            : common::Result<PendingLogin>(common::fail(form.error()));
  const auto user =
      pending ? context.store.find_user(pending->user.user_id) : std::optional<User>();
  if (!user || !user->enabled || !user->must_change_password) return stale_form_page(look);
  const std::string error = new_password_error(look, *form, *user);
  HttpRequest kept = http;
  kept.body.clear();
  if (!error.empty()) {
    return show_forced_password(context, pending->user, pending->continuation, kept, error, now);
  }
  return answer_after(PasswordHashing{form->get("new_password")},
                      [&context, kept, pending = *pending, former = user->password_hash](
                          WorkResult result, SystemTime later) -> Answer {
                        const std::string hash = std::get<HashedPassword>(result).hash;
                        const std::string& id = pending.user.user_id;
                        if (hash.empty() || !store_password(context, id, former, hash)) {
                          const pages::Look again = context.look_for(kept);
                          return show_forced_password(context, pending.user, pending.continuation,
                                                      kept, again.say("common.busy.text"), later);
                        }
                        end_everything(context, id, nullptr, EndReason::password_changed, later);
                        return complete_login(context, pending.user, pending.continuation, kept,
                                              later);
                      });
}

}  // namespace waf
