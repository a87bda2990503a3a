// Enhancement only: every page works without this file.
(function () {
  "use strict";
  var d = document;

  // A second press of a submit button while the first is under way sends nothing.
  d.addEventListener("submit", function (e) {
    var f = e.target;
    if (e.defaultPrevented || f.method !== "post") return;
    if (f.dataset.sent) { e.preventDefault(); return; }
    f.dataset.sent = "1";
    f.setAttribute("aria-busy", "true");
    // A download answers without leaving the page: let the form be sent again after a while.
    setTimeout(function () { delete f.dataset.sent; f.removeAttribute("aria-busy"); }, 8000);
  });
  window.addEventListener("pageshow", function (e) {
    if (e.persisted) d.querySelectorAll("form[data-sent]").forEach(function (f) { delete f.dataset.sent; f.removeAttribute("aria-busy"); });
  });

  // The choice of a filter takes effect at once; typing waits for Enter.
  d.addEventListener("change", function (e) {
    var f = e.target.form;
    if (f && f.classList.contains("filter") && e.target.tagName === "SELECT") f.requestSubmit ? f.requestSubmit() : f.submit();
  });

  // The error summary gets the focus, so that a screen reader starts there.
  var s = d.querySelector(".errors");
  if (s) s.focus();

  // The drop zone says which file was chosen.
  d.querySelectorAll(".drop input[type=file]").forEach(function (i) {
    i.addEventListener("change", function () {
      var b = i.parentNode.querySelector("b");
      if (b && i.files.length) b.textContent = Array.prototype.map.call(i.files, function (x) { return x.name; }).join(", ");
    });
  });

  // Buttons that print or copy exist only where a script can do it.
  d.querySelectorAll("[data-do]").forEach(function (b) {
    b.hidden = false;
    b.addEventListener("click", function () {
      if (b.dataset.do === "print") window.print();
      if (b.dataset.do !== "copy") return;
      var t = d.getElementById(b.dataset.from), say = b.querySelector("span") || b;
      if (t.select) t.select();
      if (navigator.clipboard) navigator.clipboard.writeText(t.textContent); else d.execCommand("copy");
      if (b.dataset.done) say.textContent = b.dataset.done;
    });
  });

  // Boxes behind a button close with Escape and with a press elsewhere.
  function shut(except) {
    d.querySelectorAll("details.pop[open], .outs details[open]").forEach(function (p) { if (!p.contains(except)) p.open = false; });
  }
  d.addEventListener("click", function (e) { shut(e.target); });
  d.addEventListener("keydown", function (e) {
    if (e.key !== "Escape") return;
    var p = d.activeElement.closest("details.pop, .outs details");
    shut(null);
    if (p) p.querySelector("summary").focus();
  });

  // A page about work under way is asked again and its middle exchanged; when the work has
  // ended the answer is another page, which is opened.
  var m = d.getElementById("main"), wait = m && m.dataset.again * 1000;
  function again() {
    if (d.hidden) return void setTimeout(again, wait);
    fetch(location.href, { headers: { Accept: "text/html" } }).then(function (r) {
      if (r.redirected || !r.ok) return void location.replace(r.url);
      return r.text().then(function (t) {
        var n = new DOMParser().parseFromString(t, "text/html").getElementById("main");
        if (!n || !n.dataset.again) return void location.reload();
        if (!m.contains(d.activeElement) || d.activeElement === m) m.innerHTML = n.innerHTML;
        setTimeout(again, wait);
      });
    }).catch(function () { setTimeout(again, 2 * wait); });
  }
  if (wait) setTimeout(again, wait);

  // "/" goes to the search field, as in the terminals that officers know.
  d.addEventListener("keydown", function (e) {
    if (e.key !== "/" || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)) return;
    var q = d.querySelector(".bar-find input, .filter input[type=search]");
    if (q && q.offsetParent) { q.focus(); e.preventDefault(); }
  });
})();
