// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/federation_pages.hpp"

#include "waf/pages/widgets.hpp"

namespace waf::pages {
namespace {

struct Texts {
  std::string title;
  std::string text;
};

Texts texts_of(const Look& look, const FailedLogin& failed) {
  const std::string& name = failed.provider;
  switch (failed.problem) {
    case LoginProblem::unavailable:
      return {look.say("federation.unavailable.title", {name}),
              look.say("federation.unavailable.text", {name})};
    case LoginProblem::cancelled:
      return {look.say("federation.cancelled.title"),
              look.say("federation.cancelled.text", {name})};
    case LoginProblem::stale:
      return {look.say("federation.stale.title"), look.say("federation.stale.text")};
    case LoginProblem::no_account:
      return {look.say("federation.no_account.title"),
              look.say("federation.no_account.text", {name})};
    case LoginProblem::bad_answer:
      break;
  }
  return {look.say("authorize.refused.title"), look.say("federation.bad_answer", {name})};
}

}  // namespace

std::string leaving(const Look& look, std::string_view title, std::string_view address) {
  return page(look, title,
              heading(title) + paragraph(look.html("federation.leaving.text")) +
                  link_button(look.say("common.continue"), address, ""),
              {.refresh_address = std::string(address)});
}

std::string login_failed(const Look& look, const FailedLogin& failed) {
  const Texts texts = texts_of(look, failed);
  return page(look, texts.title,
              heading(texts.title) + alert(texts.text) +
                  link_button(look.say("federation.again", {failed.provider}), failed.again, "") +
                  link_button(look.say("federation.other"), failed.other));
}

}  // namespace waf::pages
