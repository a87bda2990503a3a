package app_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	cdp "github.com/chromedp/chromedp"
)

// The browser journeys run when LIENKET_TEST_BROWSER is set (make test sets it); then a
// missing browser is a failure. LIENKET_SHOTS=DIR keeps pictures of what they saw.
const (
	browserEnv = "LIENKET_TEST_BROWSER"
	shotsEnv   = "LIENKET_SHOTS"
	longEnv    = "LIENKET_LONG"
)

// patience is how long a step may take on a machine that is busy with other packages.
const patience = 60 * time.Second

var closeChrome = func() {}

func TestMain(m *testing.M) {
	code := m.Run()
	closeChrome()
	os.Exit(code)
}

// chrome is the one browser of the test program; tests open tabs in it.
var chrome = sync.OnceValues(func() (context.Context, error) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		return nil, fmt.Errorf("no Chromium here: make browser installs it")
	}
	opts := append(cdp.DefaultExecAllocatorOptions[:], cdp.ExecPath(path), cdp.NoSandbox, cdp.DisableGPU, cdp.WSURLReadTimeout(patience),
		cdp.Flag("disable-quic", true), cdp.Flag("disable-component-update", true))
	alloc, stop := cdp.NewExecAllocator(context.Background(), opts...)
	ctx, end := cdp.NewContext(alloc)
	closeChrome = func() { end(); stop() }
	return ctx, cdp.Do(ctx)
})

// needChrome skips where nobody asked for a browser.
func needChrome(t *testing.T) context.Context {
	t.Helper()
	if os.Getenv(browserEnv) == "" {
		t.Skipf("%s is not set", browserEnv)
	}
	ctx, err := chrome()
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

func long() bool { return os.Getenv(longEnv) != "" }

// tab is one window with cookies of its own.
type tab struct {
	t    *testing.T
	ctx  context.Context
	site *site
	wide int64
	name string // of pictures

	mu    sync.Mutex
	wrong []string // console errors, exceptions, refusals of the content policy
	shots int
}

// with is how a tab differs from a desk with scripts.
type with struct {
	Wide     int64 // pixels; 0 is 1366
	NoScript bool
}

func (s *site) tab(t *testing.T, w with) *tab {
	t.Helper()
	ctx, end := cdp.NewContext(needChrome(t), cdp.WithNewBrowserContext())
	t.Cleanup(end)
	b := &tab{t: t, ctx: ctx, site: s, name: strings.NewReplacer("/", "-", " ", "_").Replace(t.Name())}
	b.must(cdp.Do(ctx))
	b.must(cdp.Listen(ctx, b.hear))
	// Tabs work side by side; each believes that it is the one in front.
	_, err := cdp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	b.must(err)
	b.size(max(w.Wide, 360+1006*b2i(w.Wide == 0)))
	if w.NoScript {
		_, err := cdp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		b.must(err)
	}
	return b
}

func b2i(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// hear collects what a person would find red in the console. A page that answers 4xx on
// purpose is noted by the browser too; steps look at the status themselves.
func (b *tab) hear(ev any) {
	say := func(format string, args ...any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.wrong = append(b.wrong, fmt.Sprintf(format, args...))
	}
	switch ev := ev.(type) {
	case *log.EventEntryAdded:
		if e := ev.Entry; e.Level == log.EntryLevelError && !(e.Source == log.EntrySourceNetwork && strings.Contains(e.Text, "status of 4")) {
			say("console: %s (%s)", e.Text, e.URL)
		}
	case *runtime.EventExceptionThrown:
		say("exception: %s", ev.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError {
			say("console.error: %v", ev.Args)
		}
	}
}

// calm fails the test for everything the console said since the last look.
func (b *tab) calm(where string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range b.wrong {
		b.t.Errorf("%s: %s", where, w)
	}
	b.wrong = nil
}

func (b *tab) must(err error) {
	b.t.Helper()
	if err != nil {
		b.shot("stuck")
		b.t.Fatalf("%s: %v", b.where(), err)
	}
}

// where is the address, for messages.
func (b *tab) where() string {
	ctx, end := context.WithTimeout(b.ctx, 5*time.Second)
	defer end()
	u, _ := cdp.Run(ctx, cdp.Location())
	return strings.TrimPrefix(u, b.site.url)
}

func (b *tab) size(wide int64) {
	b.t.Helper()
	b.wide = wide
	high := int64(900)
	if wide < 700 {
		high = 760
	}
	b.must(cdp.Do(b.ctx, cdp.EmulateViewport(wide, high)))
}

func (b *tab) cookie(name, value string) {
	b.t.Helper()
	_, err := cdp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: b.site.url + "/"})
	b.must(err)
}

// patiently runs steps that end in a new page, and returns its status.
func (b *tab) patiently(steps ...cdp.Action[cdp.Void]) int64 {
	b.t.Helper()
	from := eval[string](b, pageJS)
	ctx, end := context.WithTimeout(b.ctx, patience)
	defer end()
	res, err := cdp.RunResponse(ctx, steps...)
	b.must(err)
	if res != nil {
		return res.Status
	}
	// A jump to an anchor, made before, was told late and taken for this page.
	for stop := time.Now().Add(patience); time.Now().Before(stop); time.Sleep(50 * time.Millisecond) {
		if eval[string](b, pageJS) != from && eval[string](b, `document.readyState`) == "complete" {
			return eval[int64](b, `performance.getEntriesByType("navigation")[0].responseStatus`)
		}
	}
	return 0
}

// pageJS tells one page from the next, also at the same address.
const pageJS = `performance.timeOrigin + " " + location.pathname`

// open goes to a path and wants its status.
func (b *tab) open(path string, want int64) {
	b.t.Helper()
	if got := b.patiently(cdp.Navigate(b.site.url + path)); got != want {
		b.t.Errorf("%s: status %d, want %d", path, got, want)
	}
}

// press clicks on what leads to a new page, as a mouse or a finger does.
func (b *tab) press(sel string, want int64) {
	b.t.Helper()
	if got := b.patiently(cdp.Click(one(sel))); got != want {
		b.t.Errorf("pressing %s at %s: status %d, want %d", sel, b.where(), got, want)
	}
}

// one is a CSS selector, or an XPath when it begins with //.
func one(sel string) cdp.Search { return cdp.Search(sel) }

// named finds a link or button by what is written on it.
func named(words string) string {
	return fmt.Sprintf(`//main//*[self::a or self::button or self::summary][contains(normalize-space(.), %q)]`, words)
}

// fill types into a field by its name, over what stands there.
func (b *tab) fill(name, value string) {
	b.t.Helper()
	if !eval[bool](b, fmt.Sprintf(`(e => !!e && (e.focus(), e.select(), true))(document.querySelector('main [name="%s"]'))`, name)) {
		b.shot("no-field")
		b.t.Fatalf("%s has no field %s", b.where(), name)
	}
	b.must(b.do(cdp.KeyEvent(value)))
}

func (b *tab) do(steps ...cdp.Action[cdp.Void]) error {
	ctx, end := context.WithTimeout(b.ctx, patience)
	defer end()
	return cdp.Do(ctx, steps...)
}

// eval asks the page; it works without page scripts too, for it is the debugger that asks.
func eval[T any](b *tab, js string) T {
	b.t.Helper()
	ctx, end := context.WithTimeout(b.ctx, patience)
	defer end()
	v, err := cdp.Run(ctx, cdp.Evaluate[T](js, cdp.EvalAwaitPromise))
	b.must(err)
	return v
}

// text is what a reader sees of the page's main part.
func (b *tab) text() string {
	b.t.Helper()
	return strings.Join(strings.Fields(eval[string](b, `document.querySelector("main").innerText`)), " ")
}

// says wants words on the page; it shows the page when they are not there.
func (b *tab) says(words ...string) {
	b.t.Helper()
	all := b.text()
	for _, w := range words {
		if !strings.Contains(all, w) {
			b.shot("lacks")
			b.t.Errorf("%s does not say %q; it says: %s", b.where(), w, cut(all, 900))
		}
	}
}

func (b *tab) silent(words ...string) {
	b.t.Helper()
	all := b.text()
	for _, w := range words {
		if w != "" && strings.Contains(all, w) {
			b.t.Errorf("%s says %q", b.where(), w)
		}
	}
}

// shot keeps a picture of the whole page when somebody asked for pictures.
func (b *tab) shot(what string) {
	dir := os.Getenv(shotsEnv)
	if dir == "" {
		return
	}
	ctx, end := context.WithTimeout(b.ctx, patience)
	defer end()
	png, err := cdp.Run(ctx, cdp.FullScreenshot(100))
	if err != nil {
		b.t.Logf("no picture of %s: %v", what, err)
		return
	}
	b.shots++
	file := filepath.Join(dir, fmt.Sprintf("%s-%02d-%s-%d.png", b.name, b.shots, what, b.wide))
	if err := os.WriteFile(file, png, 0o644); err != nil {
		b.t.Error(err)
	}
}

// fits wants no sideways scrolling.
func (b *tab) fits() {
	b.t.Helper()
	if bad := eval[[]string](b, fitsJS); len(bad) > 0 {
		b.shot("wide")
		b.t.Errorf("%s scrolls sideways at %d px: %v", b.where(), b.wide, bad)
	}
}

// fitsJS names what sticks out of the window when the page can be scrolled sideways.
const fitsJS = `(() => {
	const d = document.documentElement, w = d.clientWidth;
	if (d.scrollWidth <= w) return [];
	const out = [];
	for (const e of document.querySelectorAll("body *")) {
		const r = e.getBoundingClientRect();
		if (r.right > w + 1 && r.width > 0) out.push(e.tagName.toLowerCase() + "." + e.className + " to " + Math.round(r.right));
	}
	return ["page " + d.scrollWidth + " of " + w].concat(out.slice(0, 6));
})()`

func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}

func readerOf(s string) io.Reader { return strings.NewReader(s) }

func read(t *testing.T, res *http.Response) []byte {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
