package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	cdp "github.com/chromedp/chromedp"
	"github.com/lienket/lienket/internal/area/market/recheck"
)

// ways are how people come: with and without scripts, at a desk and on a phone.
func ways(t *testing.T, f func(t *testing.T, w with)) {
	for _, w := range []with{{Wide: 1366}, {Wide: 360}, {Wide: 1366, NoScript: true}, {Wide: 360, NoScript: true}} {
		script := "script"
		if w.NoScript {
			script = "no script"
		}
		t.Run(fmt.Sprintf("%d, %s", w.Wide, script), func(t *testing.T) { f(t, w) })
	}
}

// comeIn signs somebody in by a link, as the office sends it.
func (b *tab) comeIn(tag string) {
	b.t.Helper()
	b.open(b.site.link(b.t, tag), 200)
	b.press(`main form button.go`, 200)
}

// menu opens an entry of the menu: beside the page at a desk, behind the bar on a phone.
func (b *tab) menu(href string) {
	b.t.Helper()
	if b.wide < 700 {
		b.must(b.do(cdp.Click(one(`.dock a[href="#menu"]`))))
	}
	b.press(fmt.Sprintf(`#menu a[href=%q]`, href), 200)
}

// arrive waits until the address begins with a path, as when a page asks again by itself.
func (b *tab) arrive(path string) {
	b.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if strings.HasPrefix(b.where(), path) && eval[string](b, `document.readyState`) == "complete" {
			return
		}
	}
	b.shot("waiting")
	b.t.Fatalf("still at %s, not at %s", b.where(), path)
}

// download presses a link to a file and returns what was saved.
func (b *tab) download(sel string) []byte {
	b.t.Helper()
	dir := b.t.TempDir()
	id := cdp.FromContext(b.ctx).BrowserContextID
	_, err := cdp.CallBrowser(b.ctx, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: id, DownloadPath: dir,
	})
	b.must(err)
	b.must(b.do(cdp.Click(one(sel))))
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		files, err := filepath.Glob(filepath.Join(dir, "*.xlsx"))
		if err != nil {
			b.t.Fatal(err)
		}
		if len(files) == 1 {
			data, err := os.ReadFile(files[0])
			if err != nil {
				b.t.Fatal(err)
			}
			return data
		}
	}
	b.t.Fatalf("nothing is saved by %s at %s", sel, b.where())
	return nil
}

// file chooses a file in the form's file field.
func (b *tab) file(path string) {
	b.t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		b.t.Fatal(err)
	}
	b.must(b.do(cdp.SetUploadFiles(cdp.CSS(`input[type=file]`), []string{abs}, cdp.NodeReady)))
}

// TestJourney_Officer is the first week's main job: in by password and by link, a wrong
// file, the messy workbook, what must be asked back, the run, the plan, its file.
func TestJourney_Officer(t *testing.T) {
	needChrome(t)
	t.Parallel()
	ways(t, func(t *testing.T, w with) {
		s := newSite(t)
		b := s.tab(t, w)
		b.open("/signin?back=/upload", 200)
		b.fill("login", "officer")
		b.fill("password", "sai rồi sai rồi")
		b.press(`main form button.go`, 422)
		b.says("không đúng")
		if got := eval[string](b, `document.querySelector("main [name=login]").value`); got != "officer" {
			t.Errorf("after a wrong password the name is %q", got)
		}
		b.shot("wrong-password")
		b.fill("password", password)
		b.press(`main form button.go`, 200)
		if got := b.where(); got != "/upload" {
			t.Errorf("signed in to %s", got)
		}
		b.press(`//footer//button[contains(., "Đăng xuất")]`, 200)
		b.comeIn("officer")
		b.menu("/upload")

		bad := filepath.Join(t.TempDir(), "sai.xlsx")
		if err := os.WriteFile(bad, []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), 0o600); err != nil {
			t.Fatal(err)
		}
		b.file(bad)
		b.fill("label", "Tuần 47")
		b.press(`main form .btns .btn.go`, 422)
		if got := eval[string](b, `document.querySelector("main [name=label]").value`); got != "Tuần 47" {
			t.Errorf("after a file that is none the name of the round is %q", got)
		}
		b.fits()
		b.shot("refused")
		if focus := eval[string](b, `document.activeElement.className`); !w.NoScript && focus != "errors" {
			t.Errorf("the error summary has no focus, %q has", focus)
		}

		b.file(messyFile)
		b.fill("as_of", "20/11/2023")
		b.press(`main form .btns .btn.go`, 200)
		if !strings.HasPrefix(b.where(), "/imports/") {
			t.Fatalf("the upload leads to %s", b.where())
		}
		b.fits()
		b.shot("dry-run")
		b.press(`main form[action$="/round"] button`, 200)
		if !strings.HasPrefix(b.where(), "/rounds/") {
			t.Fatalf("the dry run leads to %s", b.where())
		}
		b.says("Đã đọc 100 chào bán và 29 nhu cầu", "Hỏi lại", "Chưa đưa vào")
		b.fits()
		b.shot("asks")
		b.press(named("Lập phương án"), 200)
		b.arrive("/plan/")
		b.says("Phương án kết nối", "Kết nối", "ĐẠT")
		b.fits()
		b.shot("plan")
		data := b.download(named("Tải tệp Excel"))
		if r, err := recheck.Check(data, nil); err != nil || !r.OK() || r.Lines == 0 {
			t.Errorf("the saved plan: %+v %v", r, err)
		}
		b.calm("the officer's way")
	})
}

// TestJourney_Leader: the plan, why one line is there, the whole check; nothing to upload.
func TestJourney_Leader(t *testing.T) {
	needChrome(t)
	t.Parallel()
	ways(t, func(t *testing.T, w with) {
		b := newSite(t).tab(t, w)
		b.comeIn("leader")
		if !strings.HasPrefix(b.where(), "/plan") {
			t.Errorf("the leader begins at %s", b.where())
		}
		b.says("Kết nối", "Chưa kết nối được", "Đơn hàng theo bên mua")
		b.silent("Lập lại")
		b.must(b.do(cdp.Click(one(`#orders details:not([open]) summary`))))
		b.shot("order-open")
		b.press(`#orders details[open] a[href*="/line/"]`, 200)
		b.says("Thực nhận tại vườn", "Giá đi từ bên mua về vườn")
		b.fits()
		b.shot("line")
		b.open("/plan", 200)
		b.must(b.do(cdp.Click(one(`#proof summary`))))
		b.says("Với số liệu khai đến", "Đúng theo số đã khai.")
		b.shot("proof-fold")
		b.press(named("Trang dành cho chuyên viên"), 200)
		b.says("Kết quả kiểm tra độc lập", "ĐẠT", "Cận trên")
		b.fits()
		b.open("/upload", 403)
		b.says("không dành cho vai trò")
		b.calm("the leader's way")
	})
}

// TestJourney_LeftOut: a cooperative reads why its goods found nobody, asks for a second
// look and is told the day. It sees nobody else's things.
func TestJourney_LeftOut(t *testing.T) {
	needChrome(t)
	t.Parallel()
	ways(t, func(t *testing.T, w with) {
		s := newSite(t)
		b := s.tab(t, w)
		b.comeIn("coop")
		if b.where() != "/me" {
			t.Errorf("the cooperative begins at %s", b.where())
		}
		b.says(s.data.CoopName, "Bán cho ai", "Chưa kết nối được", "chưa phải hợp đồng")
		b.fits()
		b.shot("me")
		b.press(fmt.Sprintf(`main a[href$="/letter/%s"]`, s.data.Offer), 200)
		b.says("Lý do:", "0218 000 0900")
		b.silent("Bị loại", "thuật toán")
		b.shot("letter")
		b.fill("note", "Chúng tôi có thêm giấy VietGAP")
		b.press(named("Đề nghị xem lại"), 200)
		b.says("Đã đề nghị xem lại. Trả lời chậm nhất ngày", "Chúng tôi có thêm giấy VietGAP")
		b.fits()
		b.shot("asked")
		for path, want := range map[string]int64{
			"/plan": 403, "/offers": 200, "/rounds": 403, s.round("/offers"): 403, s.plan("/proof"): 403, s.plan("/file"): 403,
			s.plan("/letter/" + s.data.OtherOffer): 404, s.plan("/letter/" + s.data.Demand): 404, "/organisations/" + s.orgFor("coop.other"): 404,
		} {
			b.open(path, want)
			b.silent(s.data.BuyerName, s.data.RivalName)
		}
		b.calm("the cooperative's way")
	})
}

// TestJourney_Buyer: one's own orders, without rivals and without the sellers' limits.
func TestJourney_Buyer(t *testing.T) {
	needChrome(t)
	t.Parallel()
	ways(t, func(t *testing.T, w with) {
		s := newSite(t)
		b := s.tab(t, w)
		b.comeIn("buyer")
		b.says(s.data.BuyerName, "Đơn hàng", "Sẽ nhận", "Giá")
		b.silent(s.data.RivalName, "Giá thấp nhất đồng ý bán", "thương lái")
		b.fits()
		b.shot("me")
		b.open(s.plan("/letter/"+s.data.OtherDemand), 404)
		b.open("/plan", 403)
		b.calm("the buyer's way")
	})
}

// TestJourney_LanguageAndTheme: the choice holds on the page where it was made and after.
func TestJourney_LanguageAndTheme(t *testing.T) {
	needChrome(t)
	t.Parallel()
	ways(t, func(t *testing.T, w with) {
		s := newSite(t)
		b := s.tab(t, w)
		b.comeIn("officer")
		path := "/organisations/" + s.orgFor("coop") // it has a row version
		b.open(path, 200)
		b.press(`footer form[action="/lang"] button`, 200)
		if got := eval[string](b, `document.documentElement.lang`); got != "en" || b.where() != path {
			t.Errorf("after English: %q at %s", got, b.where())
		}
		b.says("Change")
		b.open("/offers", 200)
		if got := eval[string](b, `document.documentElement.lang`); got != "en" {
			t.Errorf("on the next page: %q", got)
		}
		before := eval[string](b, `getComputedStyle(document.body).backgroundColor`)
		b.press(`footer form[action="/theme"] button`, 200)
		after := eval[string](b, `getComputedStyle(document.body).backgroundColor`)
		if before == after {
			t.Errorf("the theme button changes nothing: %s", after)
		}
		b.open(path, 200)
		if got := eval[string](b, `getComputedStyle(document.body).backgroundColor`); got != after {
			t.Errorf("a page seen before has the ground %s, not %s", got, after)
		}
		b.press(`footer form[action="/lang"] button`, 200)
		if got := eval[string](b, `document.documentElement.lang`); got != "vi" {
			t.Errorf("back to Vietnamese: %q", got)
		}
		b.calm("language and theme")
	})
}
