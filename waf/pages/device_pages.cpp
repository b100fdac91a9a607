// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/device_pages.hpp"

#include "waf/pages/consent_page.hpp"
#include "waf/pages/widgets.hpp"

namespace waf::pages {
namespace {

constexpr std::string_view action = "/device";

Html scope_list(const Look& look, const std::vector<std::string>& scopes) {
  Html list;
  for (const auto& scope : scopes) list += element("li", Html::text(scope_text(look, scope)));
  return element("ul", list);
}

}  // namespace

std::string device_entry(const Look& look, const DeviceEntry& entry) {
  const std::string title = look.say("device.title");
  const Html fields = input({.name = "user_code",
                             .label = look.say("device.code"),
                             .value = entry.user_code,
                             .autocapitalize = "characters",
                             .css = "letters",
                             .maxlength = 16,
                             .autofocus = true,
                             .hint = look.say("device.hint"),
                             .error = entry.error}) +
                      button({.label = look.say("common.continue")});
  return page(look, title,
              heading(title) + paragraph(look.html("device.enter")) +
                  form({.action = action,
                        .csrf = entry.csrf,
                        .hidden = {{"step", "find"}},
                        .content = fields}));
}

std::string device_confirm(const Look& look, const DeviceConfirmation& device) {
  const std::string title = look.say("device.confirm.title", {device.client_name});
  const auto strong = [](const std::string& text) { return element("strong", Html::text(text)); };
  Html body =
      heading(title) + paragraph(look.rich("device.confirm.text",
                                           {strong(device.client_name), strong(device.user_name)}));
  body += facts({{look.say("device.confirm.code"),
                  element("strong", {{"class", "letters"}}, Html::text(device.user_code))},
                 {look.say("device.confirm.source"), Html::text(device.source)},
                 {look.say("device.confirm.asked"), time_element(device.asked_at)},
                 {look.say("device.confirm.scopes"), scope_list(look, device.scopes)}});
  body += paragraph(look.html("device.confirm.warning"), "note");
  body += form(
      {.action = action,
       .csrf = device.csrf,
       .hidden = {{"device", device.sealed}},
       .content =
           button({.label = look.say("device.confirm.allow"), .name = "step", .value = "allow"}) +
           button({.label = look.say("device.confirm.deny"),
                   .kind = "quiet",
                   .name = "step",
                   .value = "deny"})});
  return page(look, title, body);
}

}  // namespace waf::pages
