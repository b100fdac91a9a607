// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/access_code_page.hpp"

#include "waf/pages/widgets.hpp"

namespace waf::pages {
namespace {

Html strong(std::string_view text) { return element("strong", Html::text(text)); }

/// A form of one button. `phone`: which one it is about; empty: none.
Html action(const AccessCodePage& page, std::string_view what, const std::string& phone,
            const Button& press) {
  common::FormFields fields = {{"action", std::string(what)}};
  if (!phone.empty()) fields.emplace_back("id", phone);
  return form({.action = "/access-code",
               .csrf = page.csrf,
               .hidden = std::move(fields),
               .content = button(press)});
}

Html cancel_form(const Look& look, const AccessCodePage& page) {
  return action(page, "cancel", "", {.label = look.say("code.cancel"), .kind = "quiet"});
}

Html fresh_code(const Look& look, const AccessCodePage& page) {
  Html names;
  for (const auto& name : page.phone_names) names += element("li", strong(name));
  Html out = element("p", {{"class", "code"}, {"id", "code"}}, Html::text(page.code));
  out += element("p",
                 {{"class", "left"},
                  {"id", "code-left"},
                  {"data-seconds", std::to_string(page.code_left.count())},
                  {"data-left", look.say("code.left", {"{0}"})},
                  {"data-over", look.say("code.over")}},
                 look.rich("code.until", {time_element(*page.code_until)}));
  out += facts({{look.say("code.user_name"), element("ul", names)},
                {look.say("code.password"), look.html("code.password_text")}});
  return out + paragraph(look.html("code.warning"), "note");
}

Html code_part(const Look& look, const AccessCodePage& page) {
  if (!page.code.empty()) return fresh_code(look, page) + cancel_form(look, page);
  if (page.code_until) {
    return paragraph(look.rich("code.waiting", {time_element(*page.code_until)})) +
           action(page, "mint", "", {.label = look.say("code.another")}) + cancel_form(look, page);
  }
  return paragraph(look.html("code.intro")) +
         action(page, "mint", "", {.label = look.say("code.show")});
}

Html phone_part(const Look& look, const AccessCodePage& page) {
  if (page.phones.empty()) return {};
  Html list;
  for (const auto& phone : page.phones) {
    const Html about = facts({{look.say("phones.address"), Html::text(phone.source)},
                              {look.say("phones.since"), time_element(phone.activated_at)},
                              {look.say("phones.until"), time_element(phone.expires_at)}});
    list += element(
        "li", element("div", strong(phone_name(look, phone.model)) + about) +
                  action(page, "sign_out", phone.id,
                         {.label = look.say("phones.sign_out"), .kind = "second", .small = true}));
  }
  return subheading(look.say("phones.title")) + element("ul", {{"class", "list"}}, list);
}

Html notice_text(const Look& look, const DeviceNotice& notice) {
  const std::initializer_list<Html> with = {Html::text(phone_name(look, notice.model)),
                                            Html::text(notice.source), time_element(notice.at)};
  switch (notice.kind) {
    case DeviceNotice::Kind::signed_in:
      return look.rich("notices.signed_in", with);
    case DeviceNotice::Kind::other_device:
      return look.rich("notices.other_device", with);
    case DeviceNotice::Kind::code_guessed:
      return look.rich("notices.code_guessed", with);
    case DeviceNotice::Kind::suspended:
      return look.rich("notices.suspended", with);
  }
  return {};
}

Html notice_part(const Look& look, const AccessCodePage& page) {
  if (page.notices.empty()) return {};
  Html list;
  for (const auto& notice : page.notices) list += element("li", notice_text(look, notice));
  return subheading(look.say("notices.title")) + element("ul", {{"class", "happened"}}, list);
}

}  // namespace

std::string phone_name(const Look& look, const std::string& model) {
  return model.empty() ? look.say("phones.unknown") : model;
}

std::string access_code(const Look& look, const AccessCodePage& shown) {
  const std::string title = look.say("code.title");
  Html body = heading(title) + paragraph(look.rich("code.as", {strong(shown.display_name)}));
  if (!shown.error.empty()) body += alert(shown.error);
  if (!shown.done.empty()) body += notice(shown.done);
  body += code_part(look, shown) + phone_part(look, shown) + notice_part(look, shown);
  body += link_button(look.say("code.account"), "/account");
  return page(look, title, body, {.script = access_code_script_path});
}

std::string_view access_code_script() {
  return R"('use strict';
const left = document.getElementById('code-left');
const code = document.getElementById('code');
if (left && code) {
  const end = performance.now() + 1000 * Number(left.dataset.seconds);
  const show = () => {
    const seconds = Math.ceil((end - performance.now()) / 1000);
    if (seconds <= 0) {
      code.remove();
      left.textContent = left.dataset.over;
      return;
    }
    const clock = Math.floor(seconds / 60) + ':' + String(seconds % 60).padStart(2, '0');
    left.textContent = left.dataset.left.replace('{0}', clock);
    setTimeout(show, 250);
  };
  show();
}
// A page that the browser kept would show the code again.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.replace('/access-code');
});
)";
}

}  // namespace waf::pages
