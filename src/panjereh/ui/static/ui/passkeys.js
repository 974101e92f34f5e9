// Passkeys: the only thing on these pages that a browser can do by script alone. Every form.passkey asks the
// authenticator with the options from data-options (an address) and sends what it answers in the box `credential`.
"use strict";
(function () {
  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (sign) { return sign.charCodeAt(0); });
  }

  function text(buffer) {
    var signs = "";
    new Uint8Array(buffer).forEach(function (byte) { signs += String.fromCharCode(byte); });
    return btoa(signs).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function listed(credentials) {
    return (credentials || []).map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
  }

  function prepared(options) {
    var asked = Object.assign({}, options.publicKey, { challenge: bytes(options.publicKey.challenge) });
    if (asked.user) asked.user = Object.assign({}, asked.user, { id: bytes(asked.user.id) });
    if (asked.excludeCredentials) asked.excludeCredentials = listed(asked.excludeCredentials);
    if (asked.allowCredentials) asked.allowCredentials = listed(asked.allowCredentials);
    return { publicKey: asked };
  }

  function told(credential) {
    var response = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (part) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    });
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: response,
      clientExtensionResults: credential.getClientExtensionResults()
    });
  }

  function say(form, name) {
    var place = form.querySelector("[role=alert]");
    place.textContent = form.dataset[name] || form.dataset.failed;
    place.hidden = false;
  }

  function ask(form) {
    var making = form.dataset.passkey === "create";
    return fetch(form.dataset.options, { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok) throw new Error("no options");
        return answer.json();
      })
      .then(function (options) {
        var asked = prepared(options);
        return making ? navigator.credentials.create(asked) : navigator.credentials.get(asked);
      })
      .then(function (credential) {
        form.elements.credential.value = told(credential);
        form.submit();
      })
      .catch(function (fault) {
        var known = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" };
        say(form, known[fault.name] || "failed");
      });
  }

  document.querySelectorAll("form.passkey").forEach(function (form) {
    if (!window.PublicKeyCredential) {
      say(form, "unsupported");
      form.hidden = false;
      form.querySelector("button").hidden = true;
      return;
    }
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      form.querySelector("[role=alert]").hidden = true;
      ask(form);
    });
  });
})();
