// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/account_page.hpp"

#include <array>
#include <utility>

#include "waf/pages/access_code_page.hpp"
#include "waf/pages/consent_page.hpp"
#include "waf/pages/passkey_form.hpp"
#include "waf/pages/widgets.hpp"

namespace waf::pages {
namespace {

using Names = std::pair<std::string_view, std::string_view>;

template <std::size_t N>
std::string_view first_of(std::string_view text, const std::array<Names, N>& names) {
  for (const auto& [mark, name] : names) {
    if (text.find(mark) != std::string_view::npos) return name;
  }
  return {};
}

Html end_form(const AccountPage& account, std::string_view field, const std::string& value,
              const std::string& label, std::string_view kind) {
  return form({.action = "/account/end",
               .csrf = account.csrf,
               .hidden = {{std::string(field), value}},
               .content = button({.label = label, .kind = kind, .small = true})});
}

Html entry(const Html& title, const Html& detail, const Html& action) {
  return element("li", element("div", element("strong", title) + detail) + action);
}

Html sessions(const Look& look, const AccountPage& account) {
  Html list;
  for (const auto& session : account.sessions) {
    std::string name = browser_name(session.user_agent);
    if (name.empty()) name = look.say("account.unknown_browser");
    Html title = Html::text(name);
    if (session.this_one) {
      title += " "_html + element("span", {{"class", "badge"}}, look.html("account.this_browser"));
    }
    const Html detail = paragraph(
        look.rich("account.seen", {time_element(session.signed_in), time_element(session.last_seen),
                                   Html::text(session.address)}));
    list += entry(title, detail,
                  session.this_one ? Html()
                                   : end_form(account, "session", session.sid,
                                              look.say("account.end_session"), "second"));
  }
  return subheading(look.say("account.sessions")) + paragraph(look.html("account.sessions.text")) +
         element("ul", {{"class", "list"}}, list);
}

Html applications(const Look& look, const AccountPage& account) {
  Html out = subheading(look.say("account.applications"));
  if (account.applications.empty()) {
    return out + paragraph(look.html("account.applications.none"));
  }
  Html list;
  for (const auto& one : account.applications) {
    std::string scopes;
    for (const auto& scope : one.scopes) {
      scopes += (scopes.empty() ? "" : " · ") + scope_text(look, scope);
    }
    list += entry(
        Html::text(one.name),
        paragraph(Html::text(scopes)) +
            paragraph(look.rich("account.since", {time_element(one.since)})),
        end_form(account, "application", one.id, look.say("account.end_application"), "second"));
  }
  return out + paragraph(look.html("account.applications.text")) +
         element("ul", {{"class", "list"}}, list);
}

Html phones(const Look& look, const AccountPage& account) {
  if (!account.has_access_codes && !account.has_device_grant) return {};
  Html list;
  for (const auto& phone : account.phones) {
    list += entry(Html::text(phone_name(look, phone.model)),
                  paragraph(Html::text(phone.address)) +
                      paragraph(look.rich("account.since", {time_element(phone.since)})),
                  {});
  }
  Html out = subheading(look.say("account.phones"));
  out +=
      paragraph(list.empty() ? look.html("account.phones.none") : look.html("account.phones.text"));
  if (!list.empty()) out += element("ul", {{"class", "list"}}, list);
  Html ways;
  if (account.has_access_codes) {
    ways += link_button(look.say("account.phones.open"), "/access-code", "second small");
  }
  if (account.has_device_grant) {
    ways += link_button(look.say("account.phones.device"), "/device", "second small");
  }
  return out + element("div", {{"class", "actions"}}, ways);
}

Html totp_actions(const Look& look, const AccountPage& account) {
  if (!account.has_totp) {
    return link_button(look.say("account.totp.enrol"), "/account/totp", "second small");
  }
  const auto action = [&](std::string_view path, const std::string& label) {
    return form({.action = path,
                 .csrf = account.csrf,
                 .content = button({.label = label, .kind = "second", .small = true})});
  };
  return action("/account/totp/codes", look.say("account.totp.codes")) +
         action("/account/totp/off", look.say("account.totp.remove"));
}

Html passkeys(const Look& look, const AccountPage& account) {
  Html list;
  for (const auto& one : account.passkeys) {
    list += entry(one.name.empty() ? look.html("account.passkeys.unnamed") : Html::text(one.name),
                  paragraph(look.rich("account.passkeys.seen", {time_element(one.added)})),
                  form({.action = "/account/passkey/remove",
                        .csrf = account.csrf,
                        .hidden = {{"passkey", one.id}},
                        .content = button({.label = look.say("account.passkeys.remove"),
                                           .kind = "second",
                                           .small = true})}));
  }
  Html out =
      subheading(look.say("account.passkeys")) + paragraph(look.html("account.passkeys.text"));
  if (!list.empty()) out += element("ul", {{"class", "list"}}, list);
  out += passkey_form({.action = "/account/passkey",
                       .options = "/account/passkey/options",
                       .csrf = account.csrf,
                       .label = look.say("account.passkeys.add"),
                       .failed = look.say("passkey.failed"),
                       .creates = true});
  return out + element("noscript", paragraph(look.html("account.passkeys.script"), "hint"));
}

Html security(const Look& look, const AccountPage& account) {
  Html list = account.has_password ? entry(look.html("account.password"), {},
                                           link_button(look.say("account.password.change"),
                                                       "/account/password", "second small"))
                                   : entry(look.html("account.password"),
                                           paragraph(look.html("account.password.elsewhere")), {});
  list += entry(look.html("account.totp"),
                paragraph(account.has_totp ? look.html("account.totp.on",
                                                       {std::to_string(account.recovery_codes)})
                                           : look.html("account.totp.off")),
                element("div", {{"class", "actions"}}, totp_actions(look, account)));
  return subheading(look.say("account.security")) + element("ul", {{"class", "list"}}, list);
}

}  // namespace

std::string browser_name(std::string_view user_agent) {
  static constexpr std::array<Names, 6> browsers = {{{"Edg/", "Edge"},
                                                     {"OPR/", "Opera"},
                                                     {"Firefox/", "Firefox"},
                                                     {"Chrome/", "Chrome"},
                                                     {"Chromium/", "Chromium"},
                                                     {"Safari/", "Safari"}}};
  static constexpr std::array<Names, 6> systems = {{{"Android", "Android"},
                                                    {"iPhone", "iPhone"},
                                                    {"iPad", "iPad"},
                                                    {"Windows", "Windows"},
                                                    {"Mac OS X", "macOS"},
                                                    {"Linux", "Linux"}}};
  const std::string_view browser = first_of(user_agent, browsers);
  const std::string_view system = first_of(user_agent, systems);
  if (browser.empty() || system.empty()) return std::string(browser.empty() ? system : browser);
  return std::string(browser) + ", " + std::string(system);
}

std::string account(const Look& look, const AccountPage& account) {
  const std::string title = look.say("account.title");
  Html body = heading(title);
  body += paragraph(look.html("account.as", {account.display_name, account.user_name}));
  if (!account.done.empty()) body += notice(account.done);
  body += security(look, account);
  body += passkeys(look, account);
  body += sessions(look, account);
  body += phones(look, account);
  body += applications(look, account);
  body += subheading(look.say("account.everywhere"));
  body += paragraph(look.html("account.everywhere.text"));
  body += end_form(account, "everything", "yes", look.say("account.everywhere"), "danger");
  body += link_button(look.say("logout.submit"), "/logout");
  return page(look, title, body, {.wide = true, .script = passkey_script_path});
}

}  // namespace waf::pages
