// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/device_pages.hpp"

#include "waf/pages/device_parts.hpp"
#include "waf/pages/device_texts.hpp"
#include "waf/pages/html.hpp"

namespace waf::pages {
namespace {

constexpr std::string_view action = "/device";

std::string scope_list(const std::vector<std::string>& scopes) {
  std::string out = "<ul>";
  for (const auto& scope : scopes) out += "<li>" + escape(scope) + "</li>";
  return out + "</ul>";
}

}  // namespace

std::string device_entry(const Look& look, const DeviceEntry& entry) {
  std::string body =
      "<h1>" + filled(texts::device_title) + "</h1>\n<p>" + filled(texts::device_enter) + "</p>\n";
  if (!entry.error.empty()) {
    body += "<p class=\"error\" role=\"alert\" id=\"error\">" + escape(entry.error) + "</p>\n";
  }
  std::string field = hidden_field("step", "find") + "<label>" + filled(texts::device_code) +
                      "\n<input class=\"letters\" name=\"user_code\" type=\"text\" "
                      "autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" "
                      "maxlength=\"16\" required autofocus aria-describedby=\"";
  field += entry.error.empty() ? "hint" : "error hint";
  field += "\" value=\"" + escape(entry.user_code) + "\"></label>\n<p class=\"hint\" id=\"hint\">" +
           filled(texts::device_code_hint) + "</p>\n" + submit(texts::device_continue);
  return device_document(look, texts::device_title, body + post_form(action, entry.csrf, field));
}

std::string device_confirm(const Look& look, const DeviceConfirmation& device) {
  std::string body =
      "<h1>" + filled(texts::confirm_title, {escape(device.client_name)}) + "</h1>\n<p>" +
      filled(texts::confirm_text, {strong(device.client_name), strong(device.user_name)}) +
      "</p>\n<dl class=\"facts\">\n";
  body += fact(texts::confirm_code,
               "<strong class=\"letters\">" + escape(device.user_code) + "</strong>");
  body += fact(texts::confirm_source, escape(device.source));
  body += fact(texts::confirm_asked, moment(device.asked_at));
  body += fact(texts::confirm_scopes, scope_list(device.scopes)) + "</dl>\n";
  body += "<p class=\"note\">" + filled(texts::confirm_warning) + "</p>\n";
  body += post_form(action, device.csrf,
                    hidden_field("device", device.sealed) +
                        submit(texts::confirm_allow, "", "step", "allow") +
                        submit(texts::confirm_deny, "quiet", "step", "deny"));
  return device_document(look, texts::device_title, body);
}

}  // namespace waf::pages
