package app_test

import "fmt"

// targetsJS lists what can be pressed but is smaller than it should be. A link inside a
// sentence is as high as its line (WCAG 2.2, 2.5.8, exception "inline"); an input under its
// label counts as the label.
const targetsJS = `(() => {
	const least = %d, out = [];
	const inSentence = e => {
		if (getComputedStyle(e).display != "inline") return false;
		const own = e.textContent.trim(), p = e.closest("p, li, dd, td, th, caption, h1, h2, h3, small, label, figcaption");
		return !!p && p.textContent.trim() != own;
	};
	for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
		const box = e.matches("input") && e.closest("label") || e, r = box.getBoundingClientRect(), s = getComputedStyle(e);
		if (!r.width || !r.height || s.visibility == "hidden" || e.closest(".vh, .skip, svg, details:not([open]) > :not(summary)") || e.disabled) continue;
		if (e.matches("a") && inSentence(e)) continue;
		if (Math.round(r.height) < least || Math.round(r.width) < 24) out.push(Math.round(r.width) + "×" + Math.round(r.height) + " " + e.tagName.toLowerCase() + " «" + (e.innerText || e.value || e.name || "").trim().slice(0, 30) + "» in " + (e.closest("[class]") || document.body).className);
	}
	return [...new Set(out)].slice(0, 8);
})()`

// targets measures what can be pressed: 24 px for a mouse, 44 px for a thumb.
func (b *tab) targets(where string, wide int64) {
	b.t.Helper()
	least := 24
	if wide < 768 {
		least = 44
	}
	for _, small := range eval[[]string](b, fmt.Sprintf(targetsJS, least)) {
		b.t.Errorf("%s: %s px, at least %d high", where, small, least)
	}
}
