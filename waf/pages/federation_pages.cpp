// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/federation_pages.hpp"

#include "waf/pages/html.hpp"

namespace waf::pages {
namespace {

struct Texts {
  std::string title;
  std::string text;
};

Texts texts_of(const FailedLogin& failed) {
  const std::string& name = failed.provider;
  switch (failed.problem) {
    case LoginProblem::unavailable:
      return {name + " does not answer", "Signing in at " + name +
                                             " is not possible at the moment. Please try again "
                                             "shortly, or sign in another way."};
    case LoginProblem::cancelled:
      return {"You are not signed in",
              "Signing in at " + name + " was cancelled or refused there."};
    case LoginProblem::stale:
      return {
          "This sign-in is no longer valid",
          "It was started in another browser, was open for too long, or has been used already."};
    case LoginProblem::no_account:
      return {"No access with this account",
              "You are signed in at " + name +
                  ", but your account there may not be used here. Please ask your administrator."};
    case LoginProblem::bad_answer:
      break;
  }
  return {"Sign-in is not possible",
          "What " + name + " answered could not be accepted. Please try again."};
}

std::string link(std::string_view css, std::string_view address, std::string_view label) {
  return "<a class=\"" + std::string(css) + "\" href=\"" + escape(address) + "\">" + escape(label) +
         "</a>\n";
}

}  // namespace

std::string leaving(std::string_view provider, std::string_view address) {
  const std::string title = "Signing in at " + std::string(provider);
  std::string body = "<meta http-equiv=\"refresh\" content=\"0;url=" + escape(address) + "\">\n";
  body += "<h1>" + escape(title) + "</h1>\n<p>You are taken there.</p>\n";
  body += link("button", address, "Continue");
  return document(title, body);
}

std::string login_failed(const FailedLogin& failed) {
  const Texts texts = texts_of(failed);
  std::string body = "<h1>" + escape(texts.title) + "</h1>\n<p class=\"error\" role=\"alert\">" +
                     escape(texts.text) + "</p>\n";
  body += link("button", failed.again, "Try again at " + failed.provider);
  body += link("button quiet", failed.other, "Sign in another way");
  return document(texts.title, body);
}

}  // namespace waf::pages
