// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/login.hpp"

#include <algorithm>

#include "common/encoding.hpp"
#include "common/log.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/endpoints/sessions.hpp"
#include "waf/errc.hpp"
#include "waf/grants/authorization_code.hpp"
#include "waf/pages/html.hpp"
#include "waf/pages/pages.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

constexpr std::string_view form_name = "login";
constexpr std::size_t cookie_length = 43;  // secret_octets in base64url
constexpr std::size_t max_user_name = 128;
constexpr std::size_t max_password = 1024;
// One text for every reason, or it would tell which users there are.
constexpr const char* wrong = "The user name or password is not right.";

std::string normalised(std::string_view user_name) {
  std::string out(user_name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

HttpResponse stale_page() {
  return html_response(403, pages::problem("This form is no longer valid",
                                           "It was open for too long or came from another place. "
                                           "Please start again."));
}

/// What came with the form, once it is proven to be ours.
struct LoginForm {
  std::string user_name;
  std::string password;
  std::optional<AuthorizationRequest> request;
};

common::Result<LoginForm> read_form(EndpointContext& context, const HttpRequest& http,
                                    SystemTime now) {
  const auto fields = common::parse_form(http.body);
  const auto cookie = common::find_cookie(http.headers.get("Cookie"), login_cookie);
  if (!is_form(http) || !fields || !cookie || !is_same_site_post(http, context.settings)) {
    return common::fail(Errc::stale_form);
  }
  const Parameters form(*fields);
  if (form.has_repeated() ||
      !common::equal_secrets(form.get("csrf"), csrf_token(context, form_name, *cookie))) {
    return common::fail(Errc::stale_form);
  }
  LoginForm out;
  out.user_name = normalised(form.get("username"));
  out.password = form.get("password");
  if (form.has("request")) {
    const auto text = context.sealer.open(form_name, *cookie, form.get("request"), now);
    if (!text) return common::fail(text.error());
    auto request = AuthorizationRequest::from_json(*text);
    if (!request) return common::fail(request.error());
    out.request = std::move(*request);
  }
  return out;
}

/// The form again with 429, so that the request it carries is not lost.
HttpResponse try_later(EndpointContext& context, const HttpRequest& http,
                       const std::optional<AuthorizationRequest>& request,
                       const std::string& user_name, seconds wait, SystemTime now) {
  HttpResponse out = show_login(
      context, http, request, user_name,
      "Too many attempts. Please wait " + pages::duration(wait) + ", then try again.", now);
  out.status = 429;
  out.headers.add("Retry-After", std::to_string(wait.count()));
  return out;
}

/// A login whose password is being checked.
struct PasswordTask {
  std::string hash;  // PHC string it is checked against
  std::string user_name;
  std::optional<std::string> user_id;  // nothing for an unknown user: the answer will be no
  std::optional<AuthorizationRequest> request;
  HttpRequest http;  // for its cookies
};

/// Who is logged in by this verdict. Nobody when the account changed while the hash was computed:
/// a password that was replaced meanwhile must neither work nor be written back.
std::optional<User> user_after(EndpointContext& context, const PasswordTask& task,
                               const PasswordVerdict& verdict) {
  if (verdict.outcome != PasswordVerdict::Outcome::match || !task.user_id) return std::nullopt;
  auto user = context.store.find_user(*task.user_id);
  if (!user || !user->enabled || user->password_hash != task.hash) return std::nullopt;
  return user;
}

HttpResponse finish_login(EndpointContext& context, const PasswordTask& task,
                          const PasswordVerdict& verdict, SystemTime now) {
  if (verdict.outcome == PasswordVerdict::Outcome::overloaded) {
    context.metrics.login("overloaded");
    context.throttle.take_back(task.user_name, now);
    return try_later(context, task.http, task.request, task.user_name, seconds(2), now);
  }
  std::optional<User> user;
  context.store.atomically([&] {
    user = user_after(context, task, verdict);
    if (!user || verdict.new_hash.empty()) return;
    user->password_hash = verdict.new_hash;
    context.store.put_user(*user);
  });
  if (!user) {
    context.metrics.login("refused");
    common::log::info("login refused from {}", task.http.peer.address.to_string());
    return show_login(context, task.http, task.request, task.user_name, wrong, now);
  }
  context.throttle.succeeded(task.user_name);
  context.metrics.login("ok");
  const StartedSession started = start_session(context, *user, task.http, now);
  const bool own_page = task.request && task.request->client_id.empty();
  HttpResponse out =
      own_page ? redirect_response(task.request->redirect_uri)
      : task.request
          ? redirect_response(success_redirect(
                *task.request, issue_code(context.grants, *task.request, started.session, now),
                context.settings.issuer))
          : html_response(200, pages::message("You are signed in",
                                              "Signed in as " + user->display_name + "."));
  out.headers.add("Set-Cookie", set_cookie(session_cookie, started.cookie));
  return out;
}

}  // namespace

HttpResponse show_login(EndpointContext& context, const HttpRequest& http,
                        const std::optional<AuthorizationRequest>& request,
                        const std::string& user_name, const std::string& error, SystemTime now) {
  // One value for all tabs of a browser: each of their forms must stay valid.
  auto cookie = common::find_cookie(http.headers.get("Cookie"), login_cookie);
  if (!cookie || cookie->size() != cookie_length || !common::base64url_decode(*cookie)) {
    cookie = context.random.base64url(secret_octets);
  }
  pages::LoginForm form;
  form.user_name = user_name;
  form.error = error;
  form.csrf = csrf_token(context, form_name, *cookie);
  if (request) {
    form.client_name = request->client_name;
    form.sealed = context.sealer.seal(form_name, *cookie, request->to_json(),
                                      now + context.settings.login_form_lifetime);
  }
  HttpResponse out = html_response(error.empty() ? 200 : 400, pages::login(form),
                                   request ? std::string_view(request->redirect_uri) : "");
  out.headers.add("Set-Cookie",
                  set_cookie(login_cookie, *cookie, context.settings.login_form_lifetime));
  return out;
}

HttpResponse show_plain_login(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  return show_login(context, http, std::nullopt, "", "", now);
}

Answer handle_login(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  if (!context.login_per_address.allow(rate_key(http.peer.address), now)) {
    context.metrics.limited("login");
    return too_many_requests(context.login_per_address.retry_after(), true);
  }
  auto form = read_form(context, http, now);
  if (!form) {
    context.metrics.refused("login", "stale_form");
    return stale_page();
  }
  if (form->user_name.empty() || form->user_name.size() > max_user_name || form->password.empty() ||
      form->password.size() > max_password) {
    if (form->user_name.size() > max_user_name) form->user_name.clear();
    return show_login(context, http, form->request, form->user_name, wrong, now);
  }
  if (!context.login_per_account.allow(digest_of(form->user_name), now)) {
    context.metrics.limited("login");
    return try_later(context, http, form->request, form->user_name,
                     context.login_per_account.retry_after(), now);
  }
  if (const seconds wait = context.throttle.begin(form->user_name, now); wait > seconds(0)) {
    context.metrics.login("throttled");
    return try_later(context, http, form->request, form->user_name, wait, now);
  }
  PasswordTask task;
  PasswordCheck check;
  const auto user = context.store.find_user_by_name(form->user_name);
  if (user && user->enabled) task.user_id = user->id;
  task.hash = task.user_id ? user->password_hash : context.dummy_hash;
  task.user_name = std::move(form->user_name);
  check = {std::move(form->password), task.hash};
  task.request = std::move(form->request);
  task.http = http;
  task.http.body.clear();
  return answer_after(
      std::move(check), [&context, task = std::move(task)](WorkResult result, SystemTime later) {
        return finish_login(context, task, std::get<PasswordVerdict>(result), later);
      });
}

}  // namespace waf
