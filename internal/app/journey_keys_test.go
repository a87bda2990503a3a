package app_test

import (
	"strings"
	"testing"

	cdp "github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focus is where the keyboard is.
type focus struct {
	Tag, Name, Href, Text string
	Seen, Ringed          bool // within the window and not hidden; with an outline
}

const focusJS = `(() => {
	const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e), label = e.closest("label");
	const box = label ? getComputedStyle(label) : s, next = e.nextElementSibling ? getComputedStyle(e.nextElementSibling) : s;
	const ring = x => x.outlineStyle != "none" && parseFloat(x.outlineWidth) >= 2 || x.boxShadow != "none";
	const top = document.elementFromPoint(Math.min(innerWidth - 1, Math.max(0, r.left + r.width / 2)), Math.min(innerHeight - 1, Math.max(0, r.top + r.height / 2)));
	return {
		Tag: e.tagName.toLowerCase(), Name: e.name || "", Href: e.getAttribute("href") || "", Text: (e.innerText || e.value || "").trim().slice(0, 40),
		Seen: r.width > 1 && r.bottom > 0 && r.top < innerHeight && !!top && (e == top || e.contains(top) || top.contains(e) || !!label && label.contains(top)),
		Ringed: ring(s) || ring(box) || ring(next),
	};
})()`

// key presses a key and says where the keyboard is now.
func (b *tab) key(k string, opts ...cdp.KeyOption) focus {
	b.t.Helper()
	b.must(b.do(cdp.KeyEvent(k, opts...)))
	return eval[focus](b, focusJS)
}

// tabTo presses Tab until the keyboard is where it should be; each stop on the way must be
// seen and marked.
func (b *tab) tabTo(what string, here func(focus) bool) {
	b.t.Helper()
	for range 120 {
		f := b.key(kb.Tab)
		if f.Tag == "body" || f.Tag == "html" {
			continue
		}
		if !f.Seen {
			b.shot("unseen")
			b.t.Errorf("%s: the keyboard is on something that is not seen: %+v", b.where(), f)
		}
		if !f.Ringed {
			b.shot("unmarked")
			b.t.Errorf("%s: nothing shows that the keyboard is here: %+v", b.where(), f)
		}
		if here(f) {
			return
		}
	}
	b.t.Fatalf("%s: Tab never comes to %s", b.where(), what)
}

// enter presses Enter where it leads to a new page.
func (b *tab) enter(want int64) {
	b.t.Helper()
	if got := b.patiently(cdp.KeyEvent(kb.Enter)); got != want {
		b.t.Errorf("Enter leads to %s: %d, want %d", b.where(), got, want)
	}
}

// TestJourney_KeyboardAlone: in, past the menu, through it, a filter and a form, without a
// mouse; every stop can be seen.
func TestJourney_KeyboardAlone(t *testing.T) {
	needChrome(t)
	t.Parallel()
	ways(t, func(t *testing.T, w with) {
		s := newSite(t)
		b := s.tab(t, w)
		b.open("/signin", 200)
		b.tabTo("the name", func(f focus) bool { return f.Name == "login" })
		b.must(b.do(cdp.KeyEvent("officer")))
		b.tabTo("the password", func(f focus) bool { return f.Name == "password" })
		b.must(b.do(cdp.KeyEvent(password)))
		b.enter(200)
		if !strings.HasPrefix(b.where(), "/desk") {
			t.Fatalf("signed in to %s", b.where())
		}

		if f := b.key(kb.Tab); f.Href != "#main" || !f.Seen || !f.Ringed {
			b.shot("skip")
			t.Errorf("the first stop is %+v, not the way to the main part", f)
		}
		b.must(b.do(cdp.KeyEvent(kb.Enter)))
		first := b.key(kb.Tab)
		if in := eval[bool](b, `!!document.activeElement.closest("main")`); !in {
			t.Errorf("after the skip link Tab goes to %+v", first)
		}

		b.open("/account", 200)
		if w.Wide < 700 {
			b.tabTo("the menu", func(f focus) bool { return f.Href == "#menu" })
			b.must(b.do(cdp.KeyEvent(kb.Enter)))
		}
		b.tabTo("offers in the menu", func(f focus) bool { return f.Href == "/offers" })
		b.enter(200)
		if b.where() != "/offers" {
			t.Fatalf("the menu leads to %s", b.where())
		}
		b.tabTo("the filter", func(f focus) bool {
			return f.Name == "q" && eval[bool](b, `!!document.activeElement.closest("main .filter")`)
		})
		b.must(b.do(cdp.KeyEvent("buoi")))
		b.enter(200)
		if !strings.Contains(b.where(), "q=buoi") {
			t.Errorf("the filter leads to %s", b.where())
		}
		b.says("ưởi")

		b.open("/accounts/new", 403) // a page that is refused is left by the keyboard too
		b.tabTo("the way back", func(f focus) bool { return eval[bool](b, `!!document.activeElement.closest("main a")`) })
		b.enter(200)
		if !w.NoScript && w.Wide > 700 {
			b.open("/plan", 200)
			if f := b.key("/"); f.Name != "q" {
				t.Errorf("/ goes to %+v, not to the search field", f)
			}
		}
		b.calm("the keyboard's way")
	})
}
