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

  // Buttons that print, copy or go back exist only where a script can do it.
  d.querySelectorAll("[data-do]").forEach(function (b) {
    b.hidden = false;
    b.addEventListener("click", function () {
      if (b.dataset.do === "print") window.print();
      if (b.dataset.do === "copy" && navigator.clipboard) navigator.clipboard.writeText(d.getElementById(b.dataset.from).textContent);
    });
  });

  // "/" goes to the search field, as in the terminals that officers know.
  d.addEventListener("keydown", function (e) {
    if (e.key !== "/" || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)) return;
    var q = d.querySelector(".bar-find input, .filter input[type=search]");
    if (q && q.offsetParent) { q.focus(); e.preventDefault(); }
  });
})();
