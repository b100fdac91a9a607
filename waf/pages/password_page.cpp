// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/password_page.hpp"

#include "waf/pages/widgets.hpp"

namespace waf::pages {
namespace {

constexpr int most_password = 1024;

Html secret(const Look& look, std::string_view name, TextKey label, std::string_view autocomplete,
            const std::string& hint, const std::string& error, bool focus) {
  return input({.name = name,
                .label = look.say(label),
                .type = "password",
                .autocomplete = autocomplete,
                .maxlength = most_password,
                .autofocus = focus,
                .hint = hint,
                .error = error});
}

}  // namespace

std::string password(const Look& look, const PasswordForm& form) {
  const std::string title = look.say("password.title");
  Html body = heading(title);
  if (form.forced) body += paragraph(look.html("password.must"));
  if (!form.error.empty()) body += alert(form.error);
  Html fields;
  if (!form.forced) {
    fields += void_element("input", {{"type", "text"},
                                     {"name", "username"},
                                     {"value", form.user_name},
                                     {"autocomplete", "username"},
                                     {"readonly"},
                                     {"hidden"}});
    fields += secret(look, "password", "password.old", "current-password", "", form.old_error,
                     form.new_error.empty());
  }
  fields += secret(look, "new_password", "password.new", "new-password", look.say("password.hint"),
                   form.new_error, form.forced || !form.new_error.empty());
  fields += secret(look, "again", "password.again", "new-password", "", "", false);
  fields += button({.label = look.say("password.submit")});
  common::FormFields hidden_fields;
  if (form.forced) hidden_fields = {{"request", form.sealed}};
  body += pages::form(
      {.action = form.action, .csrf = form.csrf, .hidden = hidden_fields, .content = fields});
  if (!form.forced) body += link_button(look.say("common.cancel"), "/account");
  return page(look, title, body);
}

}  // namespace waf::pages
