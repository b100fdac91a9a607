// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/layout.hpp"

namespace waf::pages {
namespace {

// Colours, radii and type are the softphone's: one product, whichever page one is on.
constexpr std::string_view base = R"(:root {
  color-scheme: light dark;
  --ground: #f3f5f4;
  --glow: #dcebe8;
  --surface: #ffffff;
  --raised: #f4f7f6;
  --line: #dfe5e3;
  --edge: #7d8d87;
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
  --edge: #75867f;
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
.mark { display: block; }
.logo { width: auto; max-width: 100%; height: 3rem; }
.card.wide { max-width: 46rem; }
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
h2 { margin: 2rem 0 0.3rem; font-size: 1.15rem; }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: static; }
main:focus { outline: none; }
.brand { display: flex; align-items: center; gap: 0.8rem; margin-bottom: 1.35rem; }
.brand-name { color: var(--soft); font-weight: 570; }
.field { display: grid; gap: 0.4rem; }
label { font-size: 0.92rem; font-weight: 570; }
.hint, .field-error { margin: 0; font-size: 0.86rem; }
.field-error { color: var(--bad); font-weight: 570; }
input[aria-invalid] { border-color: var(--bad); }
input {
  width: 100%;
  min-width: 0;
  min-height: 3rem;
  padding: 0.4rem 0.95rem;
  border: 1px solid var(--edge);
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
.button.second, button.second {
  margin-top: 0.9rem;
  border-color: var(--edge);
  background: transparent;
  color: var(--ink);
}
.button.second:hover, button.second:hover { background: var(--raised); filter: none; }
button.quiet { margin-top: 0; background: transparent; color: var(--soft); }
button.danger { background: var(--bad); color: var(--surface); }
.small { width: auto; min-height: 2.75rem; margin-top: 0; font-size: 0.92rem; }
button.second.small, .button.second.small { margin-top: 0; }
[hidden] { display: none !important; }
.list { display: grid; gap: 0; margin: 0.6rem 0 0; padding: 0; list-style: none; }
.list li {
  display: flex;
  flex-wrap: wrap;
  gap: 0.8rem;
  align-items: center;
  justify-content: space-between;
  padding: 0.9rem 0;
  border-top: 1px solid var(--line);
}
.list li > div:first-child { flex: 1 1 16rem; min-width: 0; }
.list p { margin: 0.15rem 0 0; font-size: 0.9rem; }
.list .facts { margin: 0.4rem 0 0; }
.actions { display: flex; flex-wrap: wrap; gap: 0.6rem; }
.badge {
  padding: 0.1rem 0.6rem;
  border: 1px solid var(--edge);
  border-radius: 99px;
  font-size: 0.8rem;
  font-weight: 500;
}
.scopes { margin: 0 0 1.4rem; padding-left: 1.2rem; }
.scopes li { padding: 0.2rem 0; }
.codes { display: grid; grid-template-columns: 1fr 1fr; gap: 0.5rem; margin: 1rem 0; padding: 0; list-style: none; }
code { font: 500 1rem/1.5 ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; color: var(--ink); }
.qr { margin: 1rem 0; text-align: center; }
.qr svg { border-radius: 0.6rem; }
.done {
  padding: 0.8rem 1.1rem;
  border: 1px solid var(--accent);
  border-radius: 1rem;
  color: var(--ink);
}
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
.facts { display: grid; grid-template-columns: 8.5rem 1fr; gap: 0.3rem 1rem; margin: 0 0 1.4rem; }
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
.letters, input.letters { font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; letter-spacing: 0.06em; }
.happened { margin: 0; padding-left: 1.1rem; color: var(--soft); font-size: 0.92rem; }
.happened li { margin-bottom: 0.5rem; overflow-wrap: anywhere; }
main > form + form { margin-top: 0.6rem; }
.note + form { margin-top: 1.2rem; }
@media (max-width: 24rem) {
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: 0.5rem; }
}
@media (max-width: 30rem), (max-height: 40rem) {
  body { padding-top: 1.25rem; padding-bottom: 1.5rem; }
  .card { padding: 1.6rem 1.35rem; }
  .brand { margin-bottom: 1rem; }
}
@media (prefers-reduced-motion: reduce) {
  * { transition: none !important; }
}
@media (forced-colors: active) {
  button, .button { border-color: currentColor; }
}
)";

/// The brand's colour instead of ours; the configuration has checked its contrast.
std::string accent_rule(const std::string& colour, std::string_view on) {
  return "  :root { --accent: " + colour + "; --on-accent: " + std::string(on) + "; }\n";
}

}  // namespace

std::string stylesheet(const Brand& brand) {
  std::string out(base);
  if (!brand.accent.empty()) {
    out +=
        "@media (prefers-color-scheme: light) {\n" + accent_rule(brand.accent, "#ffffff") + "}\n";
  }
  if (!brand.accent_dark.empty()) {
    out += "@media (prefers-color-scheme: dark) {\n" + accent_rule(brand.accent_dark, "#06211f") +
           "}\n";
  }
  return out;
}

}  // namespace waf::pages
