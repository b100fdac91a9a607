// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/widgets.hpp"

namespace waf::pages {

Html input(const Field& field) {
  const std::string id(field.name);
  const std::string hint_id = id + "-hint";
  const std::string error_id = id + "-error";
  std::string described = field.hint.empty() ? "" : hint_id;
  if (!field.error.empty()) described += (described.empty() ? "" : " ") + error_id;
  const bool secret = field.type == "password";
  const bool plain = secret || field.autocomplete == "username" || field.inputmode == "numeric";
  const std::string capitals(plain ? "none" : field.autocapitalize);
  Html out = element("label", {{"for", id}}, Html::text(field.label));
  out +=
      void_element("input", {{"id", id},
                             {"name", id},
                             {"type", std::string(field.type)},
                             {"value", field.value, !field.value.empty()},
                             {"autocomplete", std::string(field.autocomplete)},
                             {"inputmode", std::string(field.inputmode), !field.inputmode.empty()},
                             {"class", std::string(field.css), !field.css.empty()},
                             {"autocapitalize", capitals, !capitals.empty()},
                             {"spellcheck", "false", !capitals.empty()},
                             {"maxlength", std::to_string(field.maxlength)},
                             {"aria-describedby", described, !described.empty()},
                             {"aria-invalid", "true", !field.error.empty()},
                             {"required", "", field.required},
                             {"autofocus", "", field.autofocus}});
  if (!field.hint.empty()) {
    out += element("p", {{"class", "hint"}, {"id", hint_id}}, Html::text(field.hint));
  }
  if (!field.error.empty()) {
    out += element("p", {{"class", "field-error"}, {"id", error_id}}, Html::text(field.error));
  }
  return element("div", {{"class", "field"}}, out);
}

Html hidden(std::string_view name, std::string_view value) {
  return Html::markup("<input type=\"hidden\" name=\"" + escape(name) + "\" value=\"" +
                      escape(value) + "\">\n");
}

Html button(const Button& button) {
  std::string css(button.kind);
  if (button.small) css += css.empty() ? "small" : " small";
  return element("button",
                 {{"type", "submit"},
                  {"class", css, !css.empty()},
                  {"name", std::string(button.name), !button.name.empty()},
                  {"value", button.value, !button.value.empty()}},
                 Html::text(button.label));
}

Html form(const Form& form) {
  Html inside = hidden("csrf", form.csrf);
  for (const auto& [name, value] : form.hidden) inside += hidden(name, value);
  return element("form",
                 {{"method", "post"},
                  {"action", std::string(form.action)},
                  {"class", std::string(form.css), !form.css.empty()}},
                 inside + form.content);
}

Html facts(std::initializer_list<std::pair<std::string, Html>> facts) {
  Html list;
  for (const auto& [name, what] : facts) {
    list += element("dt", Html::text(name)) + element("dd", what);
  }
  return element("dl", {{"class", "facts"}}, list);
}

Html heading(std::string_view text) { return element("h1", Html::text(text)); }

Html subheading(std::string_view text) { return element("h2", Html::text(text)); }

Html paragraph(const Html& content, std::string_view css) {
  return element("p", {{"class", std::string(css), !css.empty()}}, content);
}

Html alert(std::string_view text) {
  return element("p", {{"class", "error"}, {"role", "alert"}, {"id", "error"}}, Html::text(text));
}

Html notice(std::string_view text) {
  return element("p", {{"class", "done"}, {"role", "status"}}, Html::text(text));
}

Html link_button(std::string_view label, std::string_view address, std::string_view kind) {
  return element("a",
                 {{"class", kind.empty() ? "button" : "button " + std::string(kind)},
                  {"href", std::string(address)}},
                 Html::text(label));
}

}  // namespace waf::pages
