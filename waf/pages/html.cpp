// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/html.hpp"

namespace waf::pages {

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string document(std::string_view title, std::string_view body) {
  std::string out = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>)";
  out += escape(title);
  out += "</title>\n<link rel=\"stylesheet\" href=\"";
  out += stylesheet_path;
  out += "\">\n</head>\n<body>\n<main class=\"card\">\n";
  out += R"(<svg class="mark" viewBox="0 0 48 48" role="img" aria-label="IMS WebRTC Gateway">
<rect class="mark-back" width="48" height="48" rx="14"/>
<path class="mark-line" d="M12 30c4-12 8-12 12 0s8 12 12 0"/>
<circle class="mark-dot" cx="24" cy="14" r="3"/>
</svg>
)";
  out += body;
  out += "</main>\n</body>\n</html>\n";
  return out;
}

const std::string& stylesheet() {
  static const std::string text = R"(:root {
  color-scheme: light dark;
  --ground: #f2f4f8;
  --glow: #dfe8fb;
  --card: #ffffff;
  --line: #d3d9e4;
  --text: #161b26;
  --soft: #566074;
  --accent: #1d5fd6;
  --accent-strong: #164cab;
  --on-accent: #ffffff;
  --bad: #b3261e;
  --bad-ground: #fdecea;
  --shadow: 0 1px 2px rgb(16 24 40 / 6%), 0 12px 40px rgb(16 24 40 / 10%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1116;
    --glow: #17233c;
    --card: #171b22;
    --line: #343c4a;
    --text: #eceff5;
    --soft: #a3adbf;
    --accent: #7fadff;
    --accent-strong: #a5c6ff;
    --on-accent: #0b1628;
    --bad: #ffb4ab;
    --bad-ground: #3b1917;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 12px 40px rgb(0 0 0 / 45%);
  }
}
* { box-sizing: border-box; }
html { height: 100%; }
body {
  margin: 0;
  min-height: 100%;
  display: grid;
  place-items: center;
  padding: 1.5rem;
  background: radial-gradient(60rem 30rem at 50% -8rem, var(--glow), transparent) var(--ground);
  color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
.card {
  width: min(100%, 25rem);
  padding: 2.25rem 2rem;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 1.25rem;
  box-shadow: var(--shadow);
}
.mark { width: 3rem; height: 3rem; display: block; margin-bottom: 1.25rem; }
.mark-back { fill: var(--accent); }
.mark-line { fill: none; stroke: var(--on-accent); stroke-width: 3.5; stroke-linecap: round; }
.mark-dot { fill: var(--on-accent); }
h1 { margin: 0 0 0.25rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.01em; }
p { margin: 0.25rem 0 1.25rem; color: var(--soft); }
p strong { color: var(--text); font-weight: 600; }
form { display: grid; gap: 1rem; margin: 0; }
label { display: grid; gap: 0.375rem; font-size: 0.9375rem; font-weight: 600; }
input {
  width: 100%;
  padding: 0.75rem 0.875rem;
  font: inherit;
  font-weight: 400;
  color: var(--text);
  background: transparent;
  border: 1px solid var(--line);
  border-radius: 0.75rem;
}
input:hover { border-color: var(--soft); }
input:focus-visible, button:focus-visible, a:focus-visible {
  outline: 3px solid var(--accent);
  outline-offset: 2px;
}
button, .button {
  display: block;
  width: 100%;
  padding: 0.8125rem 1rem;
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  color: var(--on-accent);
  background: var(--accent);
  border: 0;
  border-radius: 0.75rem;
  cursor: pointer;
}
button:hover, .button:hover { background: var(--accent-strong); }
.error {
  margin: 0 0 1.25rem;
  padding: 0.75rem 0.875rem;
  color: var(--bad);
  background: var(--bad-ground);
  border-radius: 0.75rem;
}
.note { margin: 1.25rem 0 0; font-size: 0.875rem; }
@media (prefers-reduced-motion: no-preference) {
  button, .button, input { transition: background-color 0.15s, border-color 0.15s; }
}
@media (forced-colors: active) {
  .card, button, .button { border: 1px solid; }
}
)";
  return text;
}

}  // namespace waf::pages
