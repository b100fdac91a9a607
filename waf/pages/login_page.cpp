// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/login_page.hpp"

#include "waf/pages/passkey_form.hpp"
#include "waf/pages/widgets.hpp"

namespace waf::pages {
namespace {

constexpr int most_password = 1024;

Html strong(std::string_view text) { return element("strong", Html::text(text)); }

Html password_form(const Look& look, const LoginForm& form) {
  const bool named = !form.user_name.empty();
  Html fields = input({.name = "username",
                       .label = look.say("login.user_name"),
                       .value = form.user_name,
                       .autocomplete = "username",
                       .autofocus = !named});
  fields += input({.name = "password",
                   .label = look.say("login.password"),
                   .type = "password",
                   .autocomplete = "current-password",
                   .maxlength = most_password,
                   .required = !form.password_optional,
                   .autofocus = named});
  fields += button({.label = look.say("login.submit")});
  return pages::form({.action = "/login",
                      .csrf = form.csrf,
                      .hidden = {{"request", form.sealed}},
                      .content = fields});
}

Html other_ways(const Look& look, const LoginForm& form) {
  Html out = passkey_form({.action = "/login/passkey",
                           .options = "/login/passkey/options",
                           .csrf = form.csrf,
                           .sealed = form.sealed,
                           .label = look.say("login.passkey"),
                           .failed = look.say("passkey.failed")});
  for (const auto& provider : form.providers) {
    out += link_button(look.say("login.with", {provider.label}), provider.address, "second");
  }
  return out;
}

}  // namespace

std::string login(const Look& look, const LoginForm& form) {
  const std::string title = look.say("login.title");
  Html body = heading(title);
  body += form.client_name.empty() ? paragraph(look.html("login.plain"))
                                   : paragraph(look.rich("login.to", {strong(form.client_name)}));
  if (!form.error.empty()) body += alert(form.error);
  body += password_form(look, form);
  body += other_ways(look, form);
  body += paragraph(look.html("login.note"), "note");
  return page(look, title, body, {.script = passkey_script_path});
}

std::string logout(const Look& look, const LogoutForm& form) {
  Html body = heading(look.say("logout.question"));
  body += paragraph(look.rich("logout.as", {strong(form.display_name)}));
  body += pages::form({.action = "/logout",
                       .csrf = form.csrf,
                       .hidden = {{"request", form.sealed}},
                       .content = button({.label = look.say("logout.submit")})});
  body += link_button(look.say("logout.stay"), "/");
  return page(look, look.say("logout.title"), body);
}

}  // namespace waf::pages
