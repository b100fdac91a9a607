// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/second_factor_page.hpp"

#include "waf/pages/passkey_form.hpp"
#include "waf/pages/widgets.hpp"

namespace waf::pages {
namespace {

constexpr int code_length = 16;

/// In groups of four, as people read them.
std::string grouped(std::string_view key) {
  std::string out;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (i > 0 && i % 4 == 0) out += ' ';
    out += key[i];
  }
  return out;
}

}  // namespace

std::string second_factor(const Look& look, const SecondFactorForm& form) {
  const std::string title = look.say("second.title");
  Html body = heading(title);
  body +=
      paragraph(look.html(form.has_app ? TextKey("second.text") : TextKey("second.passkey_only")));
  if (!form.error.empty()) body += alert(form.error);
  if (form.has_passkey) {
    body += passkey_form({.action = "/login/code/passkey",
                          .options = "/login/code/passkey/options",
                          .csrf = form.csrf,
                          .sealed = form.sealed,
                          .label = look.say("second.passkey"),
                          .failed = look.say("passkey.failed")});
  }
  body += pages::form(
      {.action = "/login/code",
       .csrf = form.csrf,
       .hidden = {{"request", form.sealed}},
       .content = input({.name = "code",
                         .label = look.say(form.has_app ? TextKey("second.code")
                                                        : TextKey("second.recovery")),
                         .autocomplete = "one-time-code",
                         .maxlength = code_length,
                         .autofocus = form.has_app,
                         .hint = form.has_app ? look.say("second.hint") : std::string()}) +
                  button({.label = look.say("second.submit")})});
  return page(look, title, body,
              {.script = form.has_passkey ? passkey_script_path : std::string_view()});
}

std::string totp_enrolment(const Look& look, const TotpForm& form) {
  const std::string title = look.say("totp.title");
  Html body = heading(title) + paragraph(look.html("totp.scan"));
  body +=
      element("div", {{"class", "qr"}, {"role", "img"}, {"aria-label", look.say("totp.picture")}},
              Html::markup(form.picture));
  body +=
      paragraph(look.html("totp.key") + ": "_html + element("code", Html::text(grouped(form.key))));
  body += pages::form({.action = "/account/totp",
                       .csrf = form.csrf,
                       .hidden = {{"secret", form.sealed}},
                       .content = input({.name = "code",
                                         .label = look.say("totp.code"),
                                         .autocomplete = "one-time-code",
                                         .inputmode = "numeric",
                                         .maxlength = code_length,
                                         .autofocus = true,
                                         .error = form.error}) +
                                  button({.label = look.say("totp.submit")})});
  body += link_button(look.say("common.cancel"), "/account");
  return page(look, title, body);
}

std::string recovery_codes(const Look& look, const std::vector<std::string>& codes) {
  const std::string title = look.say("totp.codes.title");
  Html list;
  for (const auto& code : codes) list += element("li", element("code", Html::text(code)));
  return page(look, title,
              heading(title) + paragraph(look.html("totp.codes.text")) +
                  element("ul", {{"class", "codes"}}, list) +
                  link_button(look.say("totp.codes.continue"), "/account", ""));
}

}  // namespace waf::pages
