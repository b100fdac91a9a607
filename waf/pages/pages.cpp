// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/pages.hpp"

#include "waf/pages/html.hpp"

namespace waf::pages {
namespace {

std::string hidden(std::string_view name, std::string_view value) {
  return "<input type=\"hidden\" name=\"" + std::string(name) + "\" value=\"" + escape(value) +
         "\">\n";
}

constexpr std::string_view way_back = "<a class=\"button\" href=\"/\">Open the softphone</a>\n";

}  // namespace

std::string login(const LoginForm& form) {
  std::string body = "<h1>Sign in</h1>\n";
  if (form.client_name.empty()) {
    body += "<p>Use your account of this service.</p>\n";
  } else {
    body += "<p>to continue to <strong>" + escape(form.client_name) + "</strong></p>\n";
  }
  if (!form.error.empty()) {
    body += "<p class=\"error\" role=\"alert\" id=\"error\">" + escape(form.error) + "</p>\n";
  }
  const std::string_view described = form.error.empty() ? "" : " aria-describedby=\"error\"";
  const bool named = !form.user_name.empty();
  body += "<form method=\"post\" action=\"/login\">\n";
  body += hidden("csrf", form.csrf) + hidden("request", form.sealed);
  body +=
      "<label>User name\n<input name=\"username\" type=\"text\" autocomplete=\"username\" "
      "autocapitalize=\"none\" spellcheck=\"false\" maxlength=\"128\" required value=\"";
  body += escape(form.user_name) + "\"";
  body += described;
  body += named ? "></label>\n" : " autofocus></label>\n";
  body +=
      "<label>Password\n<input name=\"password\" type=\"password\" "
      "autocomplete=\"current-password\" maxlength=\"1024\" required";
  body += described;
  body += named ? " autofocus></label>\n" : "></label>\n";
  body += "<button type=\"submit\">Sign in</button>\n</form>\n";
  for (const ProviderLink& one : form.providers) {
    body += "<a class=\"button quiet\" href=\"" + escape(one.address) + "\">Continue with " +
            escape(one.label) + "</a>\n";
  }
  body +=
      "<p class=\"note\">Only enter your password when the address bar shows this service's "
      "own address.</p>\n";
  return document("Sign in", body);
}

std::string logout(const LogoutForm& form) {
  std::string body = "<h1>Sign out?</h1>\n<p>You are signed in as <strong>";
  body += escape(form.display_name);
  body +=
      "</strong>. Signing out ends your session here and takes the softphone off the "
      "network.</p>\n<form method=\"post\" action=\"/logout\">\n";
  body += hidden("csrf", form.csrf) + hidden("request", form.sealed);
  body += "<button type=\"submit\">Sign out</button>\n</form>\n";
  body += "<a class=\"button quiet\" href=\"/\">Stay signed in</a>\n";
  return document("Sign out", body);
}

std::string message(std::string_view heading, std::string_view text) {
  std::string body = "<h1>" + escape(heading) + "</h1>\n<p>" + escape(text) + "</p>\n";
  body += way_back;
  return document(heading, body);
}

std::string problem(std::string_view heading, std::string_view text) {
  std::string body = "<h1>" + escape(heading) + "</h1>\n<p class=\"error\" role=\"alert\">" +
                     escape(text) + "</p>\n";
  body += way_back;
  return document(heading, body);
}

}  // namespace waf::pages
