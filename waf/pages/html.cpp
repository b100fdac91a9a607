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
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>)";
  out += escape(title);
  out += "</title>\n<link rel=\"icon\" type=\"image/svg+xml\" href=\"";
  out += icon_path;
  out += "\">\n<link rel=\"stylesheet\" href=\"";
  out += stylesheet_path;
  out += "\">\n</head>\n<body>\n<main class=\"card\">\n<img class=\"mark\" src=\"";
  out += icon_path;
  out += "\" width=\"52\" height=\"52\" alt=\"\">\n";
  out += body;
  out += "</main>\n</body>\n</html>\n";
  return out;
}

std::string duration(std::chrono::seconds wait) {
  if (wait <= std::chrono::seconds(2)) return "a moment";
  if (wait <= std::chrono::seconds(90)) return std::to_string(wait.count()) + " seconds";
  return std::to_string(std::chrono::ceil<std::chrono::minutes>(wait).count()) + " minutes";
}

std::string_view icon() {
  return R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="9" fill="#0b7a75"/>
<path d="M8 16h2m3-5v10m4-14v18m4-13v8m3-4h0" stroke="#fff" stroke-width="2.4" stroke-linecap="round" fill="none"/>
</svg>
)";
}

const std::string& stylesheet() {
  // Colours, radii and type are the softphone's: one product, whichever page one is on.
  static const std::string text = R"(:root {
  color-scheme: light dark;
  --ground: #f3f5f4;
  --glow: #dcebe8;
  --surface: #ffffff;
  --raised: #f4f7f6;
  --line: #dfe5e3;
  --ink: #16211f;
  --soft: #55655f;
  --accent: #0b7a75;
  --on-accent: #ffffff;
  --bad: #9b2020;
  --bad-ground: #fdeceb;
  --shadow: 0 1px 2px rgb(15 35 30 / 5%), 0 10px 30px rgb(15 35 30 / 7%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1514;
    --glow: #14302d;
    --surface: #182120;
    --raised: #212c2a;
    --line: #2d3a38;
    --ink: #e8efed;
    --soft: #a2b2ad;
    --accent: #4fc4b9;
    --on-accent: #06211f;
    --bad: #ffb4ae;
    --bad-ground: #3c1a18;
    --shadow: 0 1px 2px rgb(0 0 0 / 30%), 0 12px 32px rgb(0 0 0 / 35%);
  }
}
* { box-sizing: border-box; }
body {
  display: grid;
  align-content: start;
  justify-items: center;
  min-height: 100vh;
  min-height: 100dvh;
  margin: 0;
  padding: clamp(1.25rem, 9vh, 7rem) 1.25rem 2rem;
  background: radial-gradient(70rem 34rem at 15% -12rem, var(--glow), transparent), var(--ground);
  background-attachment: fixed;
  color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  -webkit-font-smoothing: antialiased;
}
.card {
  width: 100%;
  max-width: 26rem;
  padding: 2.25rem;
  border: 1px solid var(--line);
  border-radius: 1.25rem;
  background: var(--surface);
  box-shadow: var(--shadow);
}
.mark { display: block; margin-bottom: 1.35rem; }
h1 {
  margin: 0;
  font-size: 1.75rem;
  line-height: 1.2;
  letter-spacing: -0.02em;
  text-wrap: balance;
}
p { margin: 0.4rem 0 1.5rem; color: var(--soft); overflow-wrap: anywhere; }
p strong { color: var(--ink); font-weight: 600; }
a { color: var(--accent); }
form { display: grid; gap: 1.1rem; margin: 0; }
label { display: grid; gap: 0.4rem; font-size: 0.92rem; font-weight: 570; }
input {
  width: 100%;
  min-width: 0;
  min-height: 3rem;
  padding: 0.4rem 0.95rem;
  border: 1px solid var(--line);
  border-radius: 0.85rem;
  background: var(--raised);
  color: inherit;
  font: inherit;
  font-size: 1rem;
  font-weight: 400;
}
input:hover { border-color: var(--soft); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
input:focus-visible { outline-width: 2px; outline-offset: 0; border-color: transparent; }
button, .button {
  display: flex;
  align-items: center;
  justify-content: center;
  width: 100%;
  min-height: 3rem;
  margin-top: 0.4rem;
  padding: 0.45rem 1.05rem;
  border: 1px solid transparent;
  border-radius: 99px;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 570;
  text-decoration: none;
  cursor: pointer;
  transition: filter 0.12s, transform 0.06s;
}
button:hover, .button:hover { filter: brightness(1.06); }
button:active, .button:active { transform: scale(0.98); }
.button.quiet { margin-top: 0.6rem; background: transparent; color: var(--soft); }
.button.quiet:hover { background: var(--raised); color: var(--ink); }
.error {
  margin: 1.1rem 0 1.3rem;
  padding: 0.8rem 1.1rem;
  border-radius: 1rem;
  background: var(--bad-ground);
  color: var(--bad);
}
.note {
  margin: 1.4rem 0 0;
  padding-top: 1.2rem;
  border-top: 1px solid var(--line);
  font-size: 0.86rem;
}
@media (max-width: 30rem), (max-height: 40rem) {
  body { padding-top: 1.25rem; padding-bottom: 1.5rem; }
  .card { padding: 1.6rem 1.35rem; }
  .mark { margin-bottom: 1rem; }
}
@media (prefers-reduced-motion: reduce) {
  * { transition: none !important; }
}
@media (forced-colors: active) {
  button, .button { border-color: currentColor; }
}
)";
  return text;
}

}  // namespace waf::pages
