// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/device_parts.hpp"

#include <array>
#include <ctime>

#include "waf/pages/html.hpp"

namespace waf::pages {
namespace {

std::string formatted(common::SystemTime time, const char* pattern) {
  const std::time_t seconds = common::unix_seconds(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), pattern, &parts);
  return {text.data(), size};
}

}  // namespace

std::string filled(std::string_view text, std::initializer_list<std::string> html) {
  std::string out = escape(text);
  std::size_t index = 0;
  for (const auto& piece : html) {
    const std::string mark = "{" + std::to_string(index++) + "}";
    const std::size_t at = out.find(mark);
    if (at != std::string::npos) out.replace(at, mark.size(), piece);
  }
  return out;
}

std::string strong(std::string_view text) { return "<strong>" + escape(text) + "</strong>"; }

std::string moment(common::SystemTime time) {
  return "<time datetime=\"" + formatted(time, "%Y-%m-%dT%H:%M:%SZ") + "\">" +
         formatted(time, "%Y-%m-%d %H:%M UTC") + "</time>";
}

std::string hidden_field(std::string_view name, std::string_view value) {
  return "<input type=\"hidden\" name=\"" + escape(name) + "\" value=\"" + escape(value) + "\">\n";
}

std::string submit(std::string_view label, std::string_view kind, std::string_view name,
                   std::string_view value) {
  std::string out = "<button type=\"submit\"";
  if (!kind.empty()) out += " class=\"button " + escape(kind) + "\"";
  if (!name.empty()) out += " name=\"" + escape(name) + "\" value=\"" + escape(value) + "\"";
  return out + ">" + escape(label) + "</button>\n";
}

std::string post_form(std::string_view action, std::string_view csrf, const std::string& content) {
  return "<form method=\"post\" action=\"" + escape(action) + "\">\n" + hidden_field("csrf", csrf) +
         content + "</form>\n";
}

std::string fact(std::string_view name, const std::string& html) {
  return "<dt>" + escape(name) + "</dt><dd>" + html + "</dd>\n";
}

std::string device_document(const Look& look, std::string_view title, const std::string& body) {
  const Html style =
      void_element("link", {{"rel", "stylesheet"}, {"href", std::string(device_stylesheet_path)}});
  return page(look, title, style + Html::markup(body));
}

std::string_view device_stylesheet() {
  return R"(.facts { display: grid; grid-template-columns: 8.5rem 1fr; gap: 0.3rem 1rem; margin: 0 0 1.4rem; }
.facts dt { color: var(--soft); font-size: 0.86rem; line-height: 1.4; padding-top: 0.15rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.facts ul { margin: 0; padding: 0; list-style: none; }
.code {
  margin: 0 0 0.4rem;
  padding: 1.1rem 0.5rem;
  border: 1px solid var(--line);
  border-radius: 1rem;
  background: var(--raised);
  color: var(--ink);
  font-size: clamp(1.6rem, 9vw, 2.2rem);
  font-weight: 640;
  font-variant-numeric: tabular-nums;
  letter-spacing: 0.04em;
  text-align: center;
  white-space: nowrap;
}
.left { margin-top: 0; text-align: center; font-variant-numeric: tabular-nums; }
.letters { font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; letter-spacing: 0.06em; }
.done {
  margin: 1.1rem 0 1.3rem;
  padding: 0.8rem 1.1rem;
  border-radius: 1rem;
  background: var(--glow);
  color: var(--ink);
}
.hint { margin: 0; color: var(--soft); font-size: 0.86rem; font-weight: 400; }
h2 { margin: 2rem 0 0.7rem; font-size: 1.15rem; letter-spacing: -0.01em; }
.entries { display: grid; gap: 0.9rem; margin: 0; padding: 0; list-style: none; }
.entries > li { padding: 0.9rem 1.1rem 1.1rem; border: 1px solid var(--line); border-radius: 1rem; }
.entries .facts { margin: 0.5rem 0 0.4rem; }
.entries button { border-color: var(--line); margin-top: 0; min-height: 2.75rem; }
.happened { margin: 0; padding-left: 1.1rem; color: var(--soft); font-size: 0.92rem; }
.happened li { margin-bottom: 0.5rem; overflow-wrap: anywhere; }
form + form { margin-top: 0.6rem; }
.note + form { margin-top: 1.2rem; }
@media (max-width: 24rem) {
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: 0.5rem; }
}
)";
}

}  // namespace waf::pages
