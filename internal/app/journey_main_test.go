package app_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/app"
	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/area/market/recheck"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
)

// emptySite is a site with an officer and nothing else, on a database of either engine.
func emptySite(t *testing.T, d *db.DB) *site {
	t.Helper()
	s := &site{t: t, db: d, lent: true, data: &planned{AccountByTag: map[string]int64{}}}
	s.serve(t)
	id, err := s.Accounts.Add(t.Context(), "test", auth.NewAccount{Login: "officer", Name: "Nguyễn Thu Hà", Role: auth.Officer, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	s.data.AccountByTag["officer"] = id
	return s
}

// upload posts a workbook as the form does. More are further fields, name and value.
func (c *caller) upload(name string, file []byte, more ...string) (*http.Response, string) {
	c.t.Helper()
	r := c.uploadRequest(name, file, more...)
	res := c.send(r)
	return res, string(read(c.t, res))
}

func (c *caller) uploadRequest(name string, file []byte, more ...string) *http.Request {
	c.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(more); i += 2 {
		if err := w.WriteField(more[i], more[i+1]); err != nil {
			c.t.Fatal(err)
		}
	}
	if name != "" {
		part, err := w.CreateFormFile("file", name)
		if err == nil {
			_, err = part.Write(file)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		c.t.Fatal(err)
	}
	r, err := http.NewRequest("POST", c.site.url+"/upload", &b)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

// wait follows a run to its end and returns where it leads.
func (c *caller) wait(run string) string {
	c.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		res, body := c.get(run)
		switch {
		case res.StatusCode == 303:
			return res.Header.Get("Location")
		case res.StatusCode != 200:
			c.t.Fatalf("%s: %d: %s", run, res.StatusCode, cut(body, 400))
		case res.Header.Get("Refresh") == "":
			c.t.Fatalf("%s has ended without a plan: %s", run, cut(words(body), 400))
		}
	}
	c.t.Fatalf("%s does not end", run)
	return ""
}

var tag = regexp.MustCompile(`(?s)<(script|style).*?</(script|style)>|<[^>]*>`)

// words is a page without its marks.
func words(body string) string {
	if i := strings.Index(body, "<main"); i >= 0 {
		body = body[i:]
	}
	return strings.Join(strings.Fields(tag.ReplaceAllString(body, " ")), " ")
}

// TestMain_WorkbookToProvenPlan is the main job over HTTP on every engine: sign in, upload,
// what must be asked back, run, plan, download, and the second reader's word on the bytes.
// The file is the one that the pure path makes of the same workbook.
func TestMain_WorkbookToProvenPlan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := emptySite(t, d)
		c := s.as(t, "officer")
		for _, name := range []string{"lon-xon-1.xlsx", "lon-xon-2.xlsx"} {
			if name != "lon-xon-1.xlsx" && d.Engine() == db.Postgres {
				continue
			}
			file, err := os.ReadFile("../area/market/testdata/" + name)
			if err != nil {
				t.Fatal(err)
			}
			res, body := c.upload(name, file, "as_of", "20/11/2023", "idem", "key-of-"+name)
			round := res.Header.Get("Location")
			if res.StatusCode != 303 || !strings.HasPrefix(round, "/rounds/") {
				t.Fatalf("upload of %s: %d %s: %s", name, res.StatusCode, round, cut(words(body), 600))
			}
			if again, _ := c.upload(name, file, "as_of", "20/11/2023", "idem", "key-of-"+name); again.StatusCode != 303 || again.Header.Get("Location") != round {
				t.Errorf("the same form sent twice: %d %s, want the round %s again", again.StatusCode, again.Header.Get("Location"), round)
			}
			res, body = c.get(round)
			if res.StatusCode != 200 || !strings.Contains(words(body), "Hỏi lại") || !strings.Contains(body, `action="`+round+`/run"`) {
				t.Fatalf("%s: %d: %s", round, res.StatusCode, cut(words(body), 600))
			}
			res, body = c.post(round+"/run", nil)
			run := res.Header.Get("Location")
			if res.StatusCode != 303 || !strings.HasPrefix(run, "/runs/") {
				t.Fatalf("run: %d %s: %s", res.StatusCode, run, cut(words(body), 600))
			}
			plan := c.wait(run)
			res, body = c.get(plan)
			if res.StatusCode != 200 || !strings.Contains(words(body), "Kết nối") || !strings.Contains(words(body), "ĐẠT") {
				t.Fatalf("%s: %d: %s", plan, res.StatusCode, cut(words(body), 600))
			}
			res, body = c.get(plan + "/file")
			if res.StatusCode != 200 || !strings.Contains(res.Header.Get("Content-Disposition"), ".xlsx") {
				t.Fatalf("the plan's file: %d %s", res.StatusCode, res.Header.Get("Content-Disposition"))
			}
			proof := ""
			if p, b := c.get(plan + "/proof-file"); p.StatusCode == 200 {
				proof = b
			}
			report, err := recheck.Check([]byte(body), []byte(proof))
			if err != nil || !report.OK() || report.Lines == 0 {
				t.Fatalf("the second reader on the downloaded file: %+v %v", report, err)
			}
			if want := purePlan(t, s.App, file); !bytes.Equal([]byte(body), want) {
				t.Errorf("%s: the page's plan (%d bytes) is not the one of the pure path (%d bytes)", name, len(body), len(want))
			}
		}
		if n := s.counts(t); d.Engine() == db.SQLite && (n[0] != 2 || n[2] != 2) {
			t.Errorf("%d rounds and %d plans of two workbooks", n[0], n[2])
		}
	})
}

// purePlan is the plan file that `lienket match` writes of a workbook.
func purePlan(t *testing.T, a *app.App, file []byte) []byte {
	t.Helper()
	deps := market.Deps{Atlas: a.Areas.Market.Store.Atlas, Catalog: a.Areas.Catalog.Catalog}
	in, asks, err := market.ReadWorkbook(file, deps, market.ReadOptions{Params: market.DefaultParams(), AsOf: calendar.Date(2023, 11, 20), Home: "Hòa Bình"})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := market.MakePlan(in)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := market.WritePlan(&b, in, plan, asks, a.Book.Printer("vi")); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestMain_StoppedRun: a run is stopped from its page; nothing of it stays, and the round
// can be planned again.
func TestMain_StoppedRun(t *testing.T) {
	s := newSite(t)
	c := s.as(t, "officer")
	before := s.counts(t)
	res, _ := c.post(s.messy("/run"), nil)
	run := res.Header.Get("Location")
	if res.StatusCode != 303 || !strings.HasPrefix(run, "/runs/") {
		t.Fatalf("run: %d %s", res.StatusCode, run)
	}
	if res, body := c.post(run+"/cancel", nil); res.StatusCode != 303 {
		t.Fatalf("stop: %d: %s", res.StatusCode, cut(words(body), 300))
	}
	for n := int64(0); ; time.Sleep(5 * time.Millisecond) { // until its job is over
		fmt.Sscanf(run, "/runs/%d", &n)
		now, err := s.Areas.Market.Store.Run(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		job, err := s.Queue.Get(t.Context(), now.Job)
		if err != nil {
			t.Fatal(err)
		}
		if job.State.Over() {
			break
		}
	}
	after := s.counts(t)
	res, body := c.get(run)
	switch stopped := res.StatusCode == 200 && strings.Contains(words(body), "Đã dừng"); {
	case stopped && after[2] != before[2]:
		t.Errorf("a stopped run left %d plans", after[2]-before[2])
	case !stopped && (res.StatusCode != 303 || after[2] != before[2]+1): // it was quicker
		t.Errorf("%s: %d, %d plans more: %s", run, res.StatusCode, after[2]-before[2], cut(words(body), 300))
	}
}

// TestUpload_CancelledLeavesNothing: a sender who goes away in the middle leaves nothing; one
// who goes away after the last byte leaves the whole round or nothing.
func TestUpload_CancelledLeavesNothing(t *testing.T) {
	s := newSite(t)
	c := s.as(t, "officer")
	file, err := os.ReadFile(messyFile)
	if err != nil {
		t.Fatal(err)
	}
	before := s.counts(t)
	for _, share := range []int{1, 50, 99} {
		r := c.uploadRequest("lon-xon-1.xlsx", file, "as_of", "20/11/2023")
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		half := io.MultiReader(bytes.NewReader(body[:len(body)*share/100]), reader(func([]byte) (int, error) { stop(); <-ctx.Done(); return 0, ctx.Err() }))
		r, err = http.NewRequestWithContext(ctx, "POST", s.url+"/upload", half)
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = int64(len(body))
		r.Header.Set("Content-Type", c.uploadRequest("", nil).Header.Get("Content-Type"))
		r.AddCookie(&http.Cookie{Name: "lienket", Value: c.session})
		if res, err := c.client.Do(r); err == nil {
			res.Body.Close()
			t.Errorf("cut off after %d %%: it was answered %d", share, res.StatusCode)
		}
		stop()
	}
	if after := s.counts(t); after != before {
		t.Errorf("rows before %v, after three cut-off uploads %v", before, after)
	}
	for i := range 3 { // gone while the server works on it
		ctx, stop := context.WithCancel(t.Context())
		r := c.uploadRequest("lon-xon-1.xlsx", file, "as_of", "20/11/2023").WithContext(ctx)
		r.AddCookie(&http.Cookie{Name: "lienket", Value: c.session})
		timer := time.AfterFunc(time.Duration(5+40*i)*time.Millisecond, stop)
		if res, err := c.client.Do(r); err == nil {
			res.Body.Close()
		}
		timer.Stop()
		stop()
	}
	// The writer takes one after the other: when this one is in, the others are decided.
	if res, _ := c.upload("lon-xon-1.xlsx", file, "as_of", "20/11/2023"); res.StatusCode != 303 {
		t.Fatalf("an upload afterwards: %d", res.StatusCode)
	}
	after := s.counts(t)
	rounds, offers := after[0]-before[0], after[1]-before[1]
	if rounds < 1 || rounds > 4 || offers%rounds != 0 || offers == 0 {
		t.Errorf("%d rounds with %d offers: half of one was written", rounds, offers)
	}
}

type reader func([]byte) (int, error)

func (f reader) Read(p []byte) (int, error) { return f(p) }
