// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/login.hpp"

#include <algorithm>

#include "common/encoding.hpp"
#include "common/log.hpp"
#include "waf/endpoints/directory_login.hpp"
#include "waf/endpoints/federation.hpp"
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
    auto request = open_request(context, http, form.get("request"), now);
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
  AuthenticatedUser login;
  login.user_id = user->id;
  login.amr = {"pwd"};
  return complete_login(context, *user, login, task.request, task.http, now);
}

/// The user's directory has judged the password.
HttpResponse finish_directory_login(EndpointContext& context, const PasswordTask& task,
                                    const DirectoryLoginOutcome& outcome, SystemTime now) {
  using Kind = DirectoryLoginOutcome::Kind;
  if (outcome.kind == Kind::accepted) {
    context.throttle.succeeded(task.user_name);
    context.metrics.login("directory");
    return complete_login(context, outcome.user, outcome.login, task.request, task.http, now);
  }
  if (outcome.kind == Kind::refused) {
    context.metrics.login("refused");
    common::log::info("login refused from {}", task.http.peer.address.to_string());
    return show_login(context, task.http, task.request, task.user_name, wrong, now);
  }
  // Nothing was learnt about the password: it is no failure of the user.
  context.throttle.take_back(task.user_name, now);
  if (outcome.kind == Kind::overloaded) {
    context.metrics.login("overloaded");
    return try_later(context, task.http, task.request, task.user_name, seconds(2), now);
  }
  context.metrics.login("unavailable");
  HttpResponse out = show_login(context, task.http, task.request, task.user_name,
                                "Your organisation's directory does not answer. Please try again "
                                "in a moment.",
                                now);
  out.status = 503;
  out.headers.add("Retry-After", "5");
  return out;
}

}  // namespace

// One value for all tabs of a browser: each of their forms must stay valid.
std::string browser_key(EndpointContext& context, const HttpRequest& http) {
  auto cookie = common::find_cookie(http.headers.get("Cookie"), login_cookie);
  if (cookie && cookie->size() == cookie_length && common::base64url_decode(*cookie)) {
    return std::move(*cookie);
  }
  return context.random.base64url(secret_octets);
}

void set_browser_key(const EndpointContext& context, const std::string& key,
                     HttpResponse& response) {
  response.headers.add("Set-Cookie",
                       set_cookie(login_cookie, key, context.settings.login_form_lifetime));
}

std::string seal_request(const EndpointContext& context, const std::string& key,
                         const AuthorizationRequest& request, SystemTime now) {
  return context.sealer.seal(form_name, key, request.to_json(),
                             now + context.settings.login_form_lifetime);
}

common::Result<AuthorizationRequest> open_request(const EndpointContext& context,
                                                  const HttpRequest& http,
                                                  const std::string& sealed, SystemTime now) {
  const auto key = common::find_cookie(http.headers.get("Cookie"), login_cookie);
  if (!key) return common::fail(Errc::stale_form, "no cookie");
  const auto text = context.sealer.open(form_name, *key, sealed, now);
  if (!text) return common::fail(text.error());
  return AuthorizationRequest::from_json(*text);
}

HttpResponse complete_login(EndpointContext& context, const User& user,
                            const AuthenticatedUser& login,
                            const std::optional<AuthorizationRequest>& request,
                            const HttpRequest& http, SystemTime now) {
  const StartedSession started = start_session(context, user, login, http, now);
  const bool own_page = request && request->client_id.empty();
  HttpResponse out =
      own_page  ? redirect_response(request->redirect_uri)
      : request ? redirect_response(success_redirect(
                      *request, issue_code(context.grants, *request, started.session, now),
                      context.settings.issuer))
                : html_response(200, pages::message("You are signed in",
                                                    "Signed in as " + user.display_name + "."));
  out.headers.add("Set-Cookie", set_cookie(session_cookie, started.cookie));
  return out;
}

HttpResponse show_login(EndpointContext& context, const HttpRequest& http,
                        const std::optional<AuthorizationRequest>& request,
                        const std::string& user_name, const std::string& error, SystemTime now) {
  const std::string key = browser_key(context, http);
  pages::LoginForm form;
  form.user_name = user_name;
  form.error = error;
  form.csrf = csrf_token(context, form_name, key);
  if (request) {
    form.client_name = request->client_name;
    form.sealed = seal_request(context, key, *request, now);
  }
  form.providers = provider_links(context, form.sealed);
  HttpResponse out = html_response(error.empty() ? 200 : 400, pages::login(form),
                                   request ? std::string_view(request->redirect_uri) : "");
  set_browser_key(context, key, out);
  return out;
}

HttpResponse show_plain_login(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const auto fields = common::parse_form(http.query);
  const Parameters query(fields ? *fields : common::FormFields());
  const auto request = open_request(context, http, query.get("request"), now);
  return show_login(context, http, request ? std::optional(*request) : std::nullopt, "", "", now);
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
  if (const auto* provider = context.federation.find_by_address(form->user_name)) {
    // His password is not for us: it is not even looked at.
    return depart(context, *provider, form->request, form->user_name, Departure::page, http, now);
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
  const bool local = user && !user->password_hash.empty();
  if (auto asked =
          local ? std::nullopt : directory_login(context, form->user_name, form->password)) {
    task.user_name = std::move(form->user_name);
    task.request = std::move(form->request);
    task.http = http;
    task.http.body.clear();
    return answer_after(std::move(*asked), [&context, task = std::move(task)](WorkResult result,
                                                                              SystemTime later) {
      const auto outcome = judge_directory_login(context, task.user_name, std::move(result), later);
      return finish_directory_login(context, task, outcome, later);
    });
  }
  if (local && user->enabled) task.user_id = user->id;
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
