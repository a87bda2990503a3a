// Quick entry: while somebody types, the form is read and what it was taken for is shown
// beside the fields. The form works without this file.
(function () {
  "use strict";
  var f = document.querySelector("form[data-entry]");
  if (!f || !window.fetch || !window.FormData || !window.DOMParser) return;
  var wait = 0, turn = 0;

  function put(page) {
    page.querySelectorAll("[data-live]").forEach(function (n) {
      var o = document.getElementById(n.id);
      if (!o || o.contains(document.activeElement) || o.innerHTML === n.innerHTML) return;
      o.innerHTML = n.innerHTML;
    });
  }
  function ask() {
    var mine = ++turn, data = new FormData(f);
    ["idem", "photo", "paste"].forEach(function (k) { data.delete(k); });
    data.append("do", "check");
    fetch(f.action, { method: "POST", body: data, headers: { Accept: "text/html" }, credentials: "same-origin" }).then(function (r) {
      if (r.ok && mine === turn) return r.text().then(function (t) {
        if (mine === turn) put(new DOMParser().parseFromString(t, "text/html"));
      });
    }).catch(function () {});
  }
  function soon(ms) { clearTimeout(wait); wait = setTimeout(ask, ms); }

  f.addEventListener("change", function (e) {
    var to = e.target.dataset.sets && document.getElementById(e.target.dataset.sets);
    if (to) to.value = e.target.value;
    if (e.target.name === "commodity") f.querySelectorAll("[name=commodity_pick]").forEach(function (x) { x.checked = x.value === e.target.value; });
    if (/^class[123]$/.test(e.target.name) && e.target.value) f.querySelector("[name=mix][value=split]").checked = true;
    if (/^(from|to)$/.test(e.target.name) && e.target.value && f.querySelector("[name=when][value=pick]")) f.querySelector("[name=when][value=pick]").checked = true;
    soon(30);
  });
  f.addEventListener("input", function (e) { if (e.target.name === "who" && e.target.value.replace(/\D/g, "").length >= 10) soon(250); });
})();
