// Passkeys: a form that carries data-passkey asks its address for options, lets the device
// answer them, and is sent with the answer. Without this file the form stays hidden.
(function () {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  function bytes(s) {
    var b = atob(s.replace(/-/g, "+").replace(/_/g, "/")), a = new Uint8Array(b.length);
    for (var i = 0; i < b.length; i++) a[i] = b.charCodeAt(i);
    return a.buffer;
  }
  function text(buf) {
    var a = new Uint8Array(buf), s = "";
    for (var i = 0; i < a.length; i++) s += String.fromCharCode(a[i]);
    return btoa(s).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function ids(list) { return (list || []).map(function (c) { return Object.assign({}, c, { id: bytes(c.id) }); }); }

  // ask lets the device answer and turns the answer into what the server reads.
  function ask(o) {
    var k = o.publicKey, make = !!k.user;
    k.challenge = bytes(k.challenge);
    if (make) { k.user.id = bytes(k.user.id); k.excludeCredentials = ids(k.excludeCredentials); } else k.allowCredentials = ids(k.allowCredentials);
    return navigator.credentials[make ? "create" : "get"]({ publicKey: k }).then(function (c) {
      var r = c.response, out = { clientDataJSON: text(r.clientDataJSON) };
      if (make) {
        out.attestationObject = text(r.attestationObject);
        if (r.getTransports) out.transports = r.getTransports();
      } else {
        out.authenticatorData = text(r.authenticatorData);
        out.signature = text(r.signature);
        if (r.userHandle) out.userHandle = text(r.userHandle);
      }
      return { id: c.id, rawId: text(c.rawId), type: c.type, response: out, clientExtensionResults: c.getClientExtensionResults() };
    });
  }

  document.querySelectorAll("form[data-passkey]").forEach(function (f) {
    var say = f.querySelector("[data-say]");
    f.hidden = false;
    f.addEventListener("submit", function (e) {
      if (f.credential.value) return;
      e.preventDefault();
      say.textContent = "";
      fetch(f.dataset.passkey, { method: "POST", headers: { Accept: "application/json" } }).then(function (r) {
        return r.json().then(function (b) { if (!r.ok) throw new Error(b.detail); return b; });
      }).then(function (b) {
        return ask(b.options).then(function (c) {
          f.step.value = b.step;
          f.credential.value = JSON.stringify(c);
          f.submit();
        });
      }).catch(function (err) { say.textContent = err.name === "Error" && err.message || say.dataset.say; });
    });
  });
})();
