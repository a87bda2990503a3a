package app_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	cdpage "github.com/chromedp/cdproto/page"
	cdp "github.com/chromedp/chromedp"
)

// onPaper is what a page looks like to a printer.
type onPaper struct {
	Press  []string // things to press that would be printed
	Cards  int      // tables that became phone cards
	Pale   []string // text that would come out pale on white
	Ground string   // colour of the page
}

const onPaperJS = `(() => {
	const seen = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility != "hidden" && !e.closest(".vh, .skip");
	const say = e => e.tagName.toLowerCase() + "." + e.className + " «" + (e.innerText || e.value || "").trim().slice(0, 30) + "»";
	const pale = e => { const m = getComputedStyle(e).color.match(/\d+/g); return m && (0.299 * m[0] + 0.587 * m[1] + 0.114 * m[2]) > 140; };
	return {
		Press: [...document.querySelectorAll(".bar, .side, .dock, .foot, .btn, button, .filter, .pager, .pop, .savebar")].filter(seen).map(say).slice(0, 5),
		Cards: [...document.querySelectorAll("table.cards")].filter(t => seen(t) && getComputedStyle(t).display != "table").length,
		Pale: [...document.querySelectorAll("main p, main td, main th, main dd, main dt, main h1, main h2, main li, main .tel, main .cal b")].filter(e => seen(e) && e.innerText.trim() && pale(e)).map(say).slice(0, 5),
		Ground: getComputedStyle(document.body).backgroundColor,
	};
})()`

// TestPrint_A4: lists, organisations, orders, plans, letters and the guide on paper, even of
// somebody who works in the dark theme: nothing to press, tables stay tables, black on white,
// nothing wider than the page. With LIENKET_SHOTS the papers are kept as PDF.
func TestPrint_A4(t *testing.T) {
	needChrome(t)
	t.Parallel()
	s, yes := newSite(t), true
	for tag, paths := range map[string][]string{
		"officer": {"/organisations", "/organisations/" + s.orgFor("coop"), "/offers", s.plan(""), s.plan("/letter/" + s.recordFor("coop")), s.plan("/proof"), "/guide/plans"},
		"buyer":   {"/me"},
	} {
		b := s.tab(t, with{})
		b.cookie("lienket", s.session(t, tag))
		b.cookie("theme", "dark")
		for _, path := range paths {
			b.size(1366)
			b.open(path, 200)
			_, err := cdp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
			b.must(err)
			b.size(661) // A4 less its margins
			p := eval[onPaper](b, onPaperJS)
			if len(p.Press) > 0 {
				t.Errorf("%s prints what can only be pressed: %v", path, p.Press)
			}
			if p.Cards > 0 {
				t.Errorf("%s prints %d tables as phone cards", path, p.Cards)
			}
			if len(p.Pale) > 0 || p.Ground != "rgb(255, 255, 255)" {
				t.Errorf("%s prints pale: %v on %s", path, p.Pale, p.Ground)
			}
			if bad := eval[[]string](b, fitsJS); len(bad) > 0 {
				t.Errorf("%s is wider than A4: %v", path, bad)
			}
			res, err := cdp.Call(b.ctx, cdpage.PrintToPDF, cdpage.PrintToPDFParams{PreferCSSPageSize: &yes})
			b.must(err)
			pdf := res.Data
			if !bytes.HasPrefix(pdf, []byte("%PDF")) {
				t.Fatalf("%s: no PDF", path)
			}
			if !bytes.Contains(pdf, []byte("/MediaBox [0 0 594.95996 841.91998]")) && !bytes.Contains(pdf, []byte("/MediaBox [0 0 595")) {
				t.Errorf("%s: not A4 upright", path)
			}
			if dir := os.Getenv(shotsEnv); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, "paper"+strings.ReplaceAll(path, "/", "-")+".pdf"), pdf, 0o644); err != nil {
					t.Error(err)
				}
			}
			_, err = cdp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
			b.must(err)
		}
	}
}
