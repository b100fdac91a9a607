// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/consent_page.hpp"

#include <array>

#include "waf/pages/widgets.hpp"

namespace waf::pages {
namespace {

struct ScopeText {
  std::string_view scope;
  TextKey text;
};

}  // namespace

std::string scope_text(const Look& look, std::string_view scope) {
  static constexpr std::array<ScopeText, 9> known = {{
      {"openid", "scope.openid"},
      {"profile", "scope.profile"},
      {"phone", "scope.phone"},
      {"offline_access", "scope.offline_access"},
      {"sip.register", "scope.sip.register"},
      {"sip.call", "scope.sip.call"},
      {"sip.video", "scope.sip.video"},
      {"sip.message", "scope.sip.message"},
      {"sip.presence", "scope.sip.presence"},
  }};
  for (const ScopeText& one : known) {
    if (one.scope == scope) return look.say(one.text);
  }
  return look.say("scope.other", {scope});
}

std::string consent(const Look& look, const ConsentForm& form) {
  const std::string title = look.say("consent.title");
  Html list;
  for (const auto& scope : form.scopes) {
    list += element("li", Html::text(scope_text(look, scope)));
  }
  Html body = heading(title);
  body += paragraph(look.rich("consent.text", {element("strong", Html::text(form.client_name))}));
  body += element("ul", {{"class", "scopes"}}, list);
  body += paragraph(look.rich("consent.as", {element("strong", Html::text(form.display_name))}));
  const Html buttons =
      button({.label = look.say("consent.allow"), .name = "decision", .value = "allow"}) +
      button({.label = look.say("consent.deny"),
              .kind = "quiet",
              .name = "decision",
              .value = "deny"});
  body += pages::form({.action = "/consent",
                       .csrf = form.csrf,
                       .hidden = {{"request", form.sealed}},
                       .content = buttons});
  body += paragraph(look.html("consent.note"), "note");
  return page(look, title, body);
}

}  // namespace waf::pages
