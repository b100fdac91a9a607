// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/access_code_page.hpp"

#include "waf/pages/device_parts.hpp"
#include "waf/pages/device_texts.hpp"
#include "waf/pages/html.hpp"

namespace waf::pages {
namespace {

constexpr std::string_view address = "/access-code";

std::string action_form(const AccessCodePage& page, std::string_view action,
                        const std::string& content) {
  return post_form(address, page.csrf, hidden_field("action", action) + content);
}

std::string name_list(const std::vector<std::string>& names) {
  std::string out = "<ul>";
  for (const auto& name : names) out += "<li>" + strong(name) + "</li>";
  return out + "</ul>";
}

std::string fresh_code(const AccessCodePage& page) {
  const std::string left = std::to_string(page.code_left.count());
  std::string out = "<p class=\"code\" id=\"code\">" + escape(page.code) + "</p>\n";
  out += "<p class=\"left\" id=\"code-left\" data-seconds=\"" + left + "\" data-left=\"" +
         escape(texts::code_left) + "\" data-over=\"" + escape(texts::code_over) + "\">" +
         filled(texts::code_until, {moment(*page.code_until)}) + "</p>\n<dl class=\"facts\">\n";
  out += fact(texts::code_user_name, name_list(page.phone_names));
  out += fact(texts::code_password, filled(texts::code_password_text)) + "</dl>\n";
  out += "<script src=\"/access-code.js\" defer></script>\n";
  return out + "<p class=\"note\">" + filled(texts::code_warning) + "</p>\n";
}

std::string code_part(const AccessCodePage& page) {
  if (!page.code.empty()) {
    return fresh_code(page) + action_form(page, "cancel", submit(texts::code_cancel, "quiet"));
  }
  if (page.code_until) {
    return "<p>" + filled(texts::code_waiting, {moment(*page.code_until)}) + "</p>\n" +
           action_form(page, "mint", submit(texts::code_another)) +
           action_form(page, "cancel", submit(texts::code_cancel, "quiet"));
  }
  return "<p>" + filled(texts::code_intro) + "</p>\n" +
         action_form(page, "mint", submit(texts::code_show));
}

std::string phone_part(const AccessCodePage& page) {
  if (page.phones.empty()) return {};
  std::string out = "<h2>" + filled(texts::phones_title) + "</h2>\n<ul class=\"entries\">\n";
  for (const auto& phone : page.phones) {
    out += "<li>" + strong(phone.model.empty() ? texts::phones_unknown : phone.model) +
           "<dl class=\"facts\">" + fact(texts::phones_address, escape(phone.source)) +
           fact(texts::phones_since, moment(phone.activated_at)) +
           fact(texts::phones_until, moment(phone.expires_at)) + "</dl>" +
           action_form(page, "sign_out",
                       hidden_field("id", phone.id) + submit(texts::phones_sign_out, "quiet")) +
           "</li>\n";
  }
  return out + "</ul>\n";
}

std::string_view text_of(DeviceNotice::Kind kind) {
  switch (kind) {
    case DeviceNotice::Kind::signed_in:
      return texts::notice_signed_in;
    case DeviceNotice::Kind::other_device:
      return texts::notice_other_device;
    case DeviceNotice::Kind::code_guessed:
      return texts::notice_code_guessed;
    case DeviceNotice::Kind::suspended:
      return texts::notice_suspended;
  }
  return {};
}

std::string notice_part(const AccessCodePage& page) {
  if (page.notices.empty()) return {};
  std::string out = "<h2>" + filled(texts::notices_title) + "</h2>\n<ul class=\"happened\">\n";
  for (const auto& notice : page.notices) {
    const std::string_view model = notice.model.empty() ? texts::phones_unknown : notice.model;
    out += "<li>" +
           filled(text_of(notice.kind), {escape(model), escape(notice.source), moment(notice.at)}) +
           "</li>\n";
  }
  return out + "</ul>\n";
}

}  // namespace

std::string access_code(const Look& look, const AccessCodePage& page) {
  std::string body = "<h1>" + filled(texts::code_title) + "</h1>\n<p>" +
                     filled(texts::code_as, {strong(page.display_name)}) + "</p>\n";
  if (!page.error.empty()) {
    body += "<p class=\"error\" role=\"alert\">" + escape(page.error) + "</p>\n";
  }
  if (!page.done.empty()) {
    body += "<p class=\"done\" role=\"status\">" + escape(page.done) + "</p>\n";
  }
  return device_document(look, texts::code_title,
                         body + code_part(page) + phone_part(page) + notice_part(page));
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
