// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/passkey_form.hpp"

#include "waf/pages/widgets.hpp"

namespace waf::pages {

Html passkey_form(const PasskeyForm& form) {
  const Html inside =
      hidden("csrf", form.csrf) + hidden("request", form.sealed) + hidden("credential", "") +
      form.content + button({.label = form.label, .kind = "second"}) +
      element("p", {{"class", "error"}, {"role", "alert"}, {"hidden"}}, Html::text(form.failed));
  return element("form",
                 {{"method", "post"},
                  {"action", std::string(form.action)},
                  {"class", "passkey"},
                  {"data-options", std::string(form.options)},
                  {"data-passkey", form.creates ? "create" : "get"},
                  {"hidden"}},
                 inside);
}

std::string_view passkey_script() {
  return R"js("use strict";
// Passkeys on the pages of this server (W3C Web Authentication). Without it, everything but
// passkeys works.
(() => {
  const decode = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const encode = (buffer) => {
    let text = "";
    for (const octet of new Uint8Array(buffer)) text += String.fromCharCode(octet);
    return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const identifiers = (list) => (list || []).map((one) => ({ ...one, id: decode(one.id) }));

  async function options(form) {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.options, { method: "POST", body });
    if (!answer.ok) throw new Error(String(answer.status));
    const given = await answer.json();
    given.challenge = decode(given.challenge);
    if (given.user) given.user.id = decode(given.user.id);
    given.excludeCredentials = identifiers(given.excludeCredentials);
    given.allowCredentials = identifiers(given.allowCredentials);
    return given;
  }

  function written(credential) {
    const response = credential.response;
    const out = { id: credential.id, clientDataJSON: encode(response.clientDataJSON) };
    if (response.attestationObject) {
      out.attestationObject = encode(response.attestationObject);
      out.transports = response.getTransports ? response.getTransports() : [];
    } else {
      out.authenticatorData = encode(response.authenticatorData);
      out.signature = encode(response.signature);
      out.userHandle = response.userHandle ? encode(response.userHandle) : "";
    }
    return JSON.stringify(out);
  }

  async function use(form) {
    const publicKey = await options(form);
    const credential = form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    form.elements.credential.value = written(credential);
    form.submit();
  }

  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    const failed = form.querySelector("[role=alert]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      failed.hidden = true;
      use(form).catch(() => { failed.hidden = false; });
    });
  }
})();
)js";
}

}  // namespace waf::pages
