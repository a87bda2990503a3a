package market

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// send posts the upload form as a browser does.
func (s *planSite) send(t testing.TB, who, lang, name string, file []byte, fields map[string]string) planAnswer {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range fields {
		if err := m.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if file != nil {
		w, err := m.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest("POST", s.URL+"/upload?lang="+lang, &b)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	auth.SetToken(w, s.tokens[who], false)
	for _, c := range w.Result().Cookies() {
		req.AddCookie(c)
	}
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return planAnswer{res.StatusCode, string(body), res.Header}
}

// TestUpload_SamePlanAsTheCommand: the page and `lienket match` have one path.
func TestUpload_SamePlanAsTheCommand(t *testing.T) {
	s, ctx := emptySite(t), context.Background()
	s.work(t)
	for _, name := range []string{"lon-xon-1", "lon-xon-2"} {
		n, data := messy(t, name)
		a := s.send(t, "officer", "vi", name+".xlsx", data, map[string]string{"as_of": "20/11/2023", "idem": "key-" + name})
		if a.status != http.StatusSeeOther {
			t.Fatalf("%s: %d", name, a.status)
		}
		path := a.header.Get("Location")
		again := s.send(t, "officer", "vi", name+".xlsx", data, map[string]string{"as_of": "20/11/2023", "idem": "key-" + name})
		_ = again
		page := s.get(t, "officer", path, "Hỏi lại", name+".xlsx", `href="tel:0`, "Lập phương án")
		if !strings.Contains(page, text.Int(int64(len(n.Asks)))) {
			t.Errorf("%s does not say how many places must be asked about", path)
		}
		s.get(t, "officer", path+"?lang=en", "To ask back", "Make the plan")
		run := s.do(t, "officer", "POST", path+"/run", url.Values{})
		at := run.header.Get("Location")
		var id int64
		if _, err := fmt.Sscanf(at, "/runs/%d", &id); err != nil || run.status != http.StatusSeeOther {
			t.Fatalf("starting: %d %s", run.status, at)
		}
		done := over(t, s.area.Store, id)
		if done.State != RunDone {
			t.Fatalf("%s: %+v", name, done)
		}
		if a := s.do(t, "officer", "GET", at, nil); a.status != http.StatusSeeOther || a.header.Get("Location") != planPath(done.Plan) {
			t.Errorf("a run that is done leads to %d %s", a.status, a.header.Get("Location"))
		}
		plan, err := s.area.Store.PlanDoc(ctx, done.Plan)
		if err != nil {
			t.Fatal(err)
		}
		want, err := MakePlan(n.Input)
		if err != nil {
			t.Fatal(err)
		}
		if len(want.Lines) == 0 || asJSON(t, plan.Lines) != asJSON(t, want.Lines) || plan.Totals != want.Totals {
			t.Errorf("%s: the page's plan is not the command's", name)
		}
		file := s.do(t, "officer", "GET", path+"/file", nil)
		if file.body != string(data) {
			t.Errorf("%s: the original came back changed", name)
		}
	}
	rounds, err := s.area.Store.Rounds(ctx)
	if err != nil || len(rounds) != 2 {
		t.Errorf("a second sending of one form stored again: %d rounds, %v", len(rounds), err)
	}
}

// bomb is a workbook whose sheet unpacks to 300 MB.
func bomb(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, n := range map[string]int{"xl/workbook.xml": 1, "xl/worksheets/sheet1.xml": 300} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		mb := bytes.Repeat([]byte("a"), 1<<20)
		for range n {
			if _, err := w.Write(mb); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const (
	pasteOffers  = "Tên đơn vị\tĐiện thoại\tXã\tHuyện\tMặt hàng\tSố lượng\tĐVT\tTừ ngày\tĐến ngày\nHTX Thử\t0900 000 001\tThu Phong\tCao Phong\tBưởi Diễn\t5\ttấn\t01/12/2023\t31/12/2023\n"
	pasteDemands = "Bên mua\tNơi giao\tMặt hàng\tSố lượng\tĐVT\tTừ ngày\tĐến ngày\nCông ty Thử\tHà Nội\tBưởi Diễn\t4\ttấn\t05/12/2023\t20/12/2023\n"
)

func TestUpload_RefusesClearlyAndStoresNothing(t *testing.T) {
	s := emptySite(t)
	before := counts(t, s.area.Store.DB)
	for _, c := range []struct {
		name   string
		file   []byte
		fields map[string]string
		vi, en []string
	}{
		{"nothing", nil, map[string]string{"label": "Tuần 51 của tôi"}, []string{"Chọn tệp hoặc dán bảng", "Tuần 51 của tôi"}, []string{"Choose a file or paste"}},
		{"anh.png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"), nil, []string{`href="#f-file"`, "anh.png"}, []string{`href="#f-file"`}},
		{"bom.xlsx", bomb(t), nil, []string{`href="#f-file"`}, []string{`href="#f-file"`}},
		{
			"am.csv", []byte(strings.ReplaceAll(strings.ReplaceAll(pasteOffers, "\t", ";"), ";5;", ";-5;")), nil,
			[]string{"dòng 2", "Số lượng"},
			[]string{"row 2"},
		},
		{"one side", nil, map[string]string{"offers": pasteOffers}, []string{"HTX Thử", `href="#f-file"`}, []string{"HTX Thử"}},
		{
			"two things at once", nil,
			map[string]string{"offers": strings.ReplaceAll(pasteOffers, "\t5\t", "\t-5\t"), "demands": pasteDemands, "as_of": "hôm kia", "horizon": "x"},
			[]string{`href="#f-as_of"`, `href="#f-horizon"`, `href="#f-offers"`, "hôm kia", "Công ty Thử"},
			[]string{`href="#f-as_of"`, `href="#f-offers"`},
		},
		{
			"reversed", nil,
			map[string]string{"offers": pasteOffers, "demands": pasteDemands, "as_of": "20/11/2023", "horizon": "19/11/2023"},
			[]string{`href="#f-horizon"`},
			[]string{`href="#f-horizon"`},
		},
	} {
		for lang, words := range map[string][]string{"vi": c.vi, "en": c.en} {
			a := s.send(t, "officer", lang, c.name, c.file, c.fields)
			if a.status != http.StatusUnprocessableEntity {
				t.Errorf("%s (%s): status %d", c.name, lang, a.status)
			}
			for _, w := range append(words, `class="errors"`) {
				if !strings.Contains(a.body, w) {
					t.Errorf("%s (%s): the page lacks %q", c.name, lang, w)
				}
			}
			if strings.Contains(a.body, "⟦") || strings.Contains(a.body, "{0}") {
				t.Errorf("%s (%s): a text is missing", c.name, lang)
			}
		}
	}
	if after := counts(t, s.area.Store.DB); after != before {
		t.Errorf("something was stored:\n%s\n%s", before, after)
	}
}

func TestUpload_PastedTables(t *testing.T) {
	s := emptySite(t)
	a := s.send(t, "officer", "vi", "", nil, map[string]string{"offers": pasteOffers, "demands": pasteDemands, "as_of": "20/11/2023"})
	if a.status != http.StatusSeeOther {
		t.Fatalf("status %d", a.status)
	}
	in, err := s.area.Store.Input(context.Background(), 1)
	if err != nil || len(in.Offers) != 1 || len(in.Demands) != 1 {
		t.Fatalf("%d offers, %d demands, %v", len(in.Offers), len(in.Demands), err)
	}
	s.get(t, "officer", "/rounds/1", "Đợt kết nối ngày 20/11/2023")
	s.get(t, "officer", "/rounds/1/offers", "HTX Thử", "0900", "5 tấn", "01/12")
	s.get(t, "officer", "/rounds/1/demands/"+in.Demands[0].ID, "Công ty Thử", "4 tấn")
	if a := s.do(t, "officer", "GET", "/rounds/1/file", nil); a.status != http.StatusNotFound {
		t.Errorf("the file of a pasted round: %d", a.status)
	}
}

func TestRounds_WhoMay(t *testing.T) {
	s := newPlanSite(t)
	for _, c := range []struct {
		path   string
		forbid []string
	}{
		{"/upload", []string{"leader", "auditor", "coop", "buyer"}},
		{"/rounds", []string{"coop", "buyer"}},
		{"/rounds/1", []string{"coop", "buyer"}},
		{"/rounds/1/asks.xlsx", []string{"coop", "buyer"}},
		{"/rounds/1/offers-demands.xlsx", []string{"coop", "buyer"}},
		{"/runs/1", []string{"coop", "buyer"}},
		{"/rounds/1/offers", []string{"coop", "buyer", "P1", "P5"}},
		{"/rounds/1/demands", []string{"coop", "buyer", "P1", "P5"}},
		{"/rounds/1/offers.xlsx", []string{"P1"}},
		{"/rounds/1/offers.csv", []string{"P5"}},
		{"/rounds/1/offers/C1", []string{"P1", "P5"}},
		{"/rounds/1/demands/N1", []string{"P1", "P5"}},
		{"/offers/1/C1", []string{"P1", "P5"}},
	} {
		for _, who := range c.forbid {
			if a := s.do(t, who, "GET", c.path, nil); a.status != http.StatusForbidden && a.status != http.StatusNotFound {
				t.Errorf("%s opens %s: %d", who, c.path, a.status)
			}
		}
		for _, who := range []string{"admin", "officer"} {
			if a := s.do(t, who, "GET", c.path, nil); a.status >= 400 {
				t.Errorf("%s may not open %s: %d", who, c.path, a.status)
			}
		}
	}
	for _, path := range []string{"/rounds/1/run", "/runs/1/cancel"} {
		for _, who := range []string{"leader", "auditor", "P1"} {
			if a := s.do(t, who, "POST", path, url.Values{}); a.status != http.StatusForbidden {
				t.Errorf("%s posts %s: %d", who, path, a.status)
			}
		}
	}
}

func TestPages_NothingYetSaysWhatToDo(t *testing.T) {
	s := emptySite(t)
	for _, path := range []string{"/offers", "/demands"} {
		s.get(t, "officer", path, "Sổ còn trống", `href="/upload"`, `href="`+path+`/new"`)
	}
	s.get(t, "officer", "/rounds", `href="/upload/template.xlsx"`)
	for _, path := range []string{"/rounds", "/offers", "/demands"} {
		s.get(t, "officer", path, `href="/upload"`)
		if body := s.get(t, "auditor", path); strings.Contains(body, `href="/upload"`) {
			t.Errorf("%s sends the auditor where he may not go", path)
		}
	}
	for _, path := range []string{"/rounds/7", "/rounds/x", "/runs/7", "/rounds/7/offers", "/rounds/7/offers/C1", "/rounds/0"} {
		if a := s.do(t, "officer", "GET", path, nil); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	a := s.do(t, "officer", "GET", "/upload/template.xlsx", nil)
	sheets, err := sheet.Read([]byte(a.body), sheet.Limits{})
	if err != nil || sheets[0].Name != "Chào bán" || sheets[1].Name != "Nhu cầu" {
		t.Errorf("the template: %v", err)
	}
}

func TestLists_ShowAndExportTheSame(t *testing.T) {
	s := newPlanSite(t)
	page := s.get(t, "officer", "/rounds/1/offers?district=Y%C3%AAn+Th%E1%BB%A7y&sort=-grams", "HTX Đại Đồng", `href="/rounds/1/offers/C3"`, "3 chào bán", "22 tấn", "8.219 đ/kg", "lái 9.871 đ/kg", "Đã ghép", "Chưa kết nối được")
	if strings.Contains(page, "HTX Thu Phong") {
		t.Error("the filter lets others through")
	}
	a := s.do(t, "officer", "GET", "/rounds/1/offers.xlsx?district=Y%C3%AAn+Th%E1%BB%A7y&sort=-grams", nil)
	sheets, err := sheet.Read([]byte(a.body), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, row := range sheets[0].Rows[1:] {
		ids = append(ids, row[0].Text)
	}
	if got := strings.Join(ids, " "); got != "C3 C5 C4" {
		t.Errorf("the export holds %s", got)
	}
	csv := s.do(t, "officer", "GET", "/rounds/1/offers.csv?district=Y%C3%AAn+Th%E1%BB%A7y&sort=-grams", nil).body
	if !strings.HasPrefix(csv, "\ufeffMã,") || strings.Index(csv, "C3,") > strings.Index(csv, "C5,") || !strings.Contains(csv, ",14000,2023-12-18,2024-01-09,") {
		t.Errorf("the CSV: %s", csv)
	}
	s.get(t, "officer", "/rounds/1/demands?q=lach+tray&lang=en", "2 demands", "18 t", "Nông sản Lạch Tray", "Not connected yet")
	s.get(t, "officer", "/rounds/1/offers/C3?lang=vi", "HTX Đại Đồng", "8.219 đ/kg", "Thực nhận tại vườn", planPath(s.id)+"/letter/C3")
	s.get(t, "officer", "/rounds/1/demands/N1?lang=en", "Siêu thị Bãi Cháy", "VND 19,777/kg", "Buyer pays")
	for from, to := range map[string]string{
		"/offers/1/C3": "/rounds/1/offers/C3", "/demands/1/N1": "/rounds/1/demands/N1", "/offers?round=1&sort=-grams": "/rounds/1/offers?sort=-grams",
	} {
		if a := s.do(t, "officer", "GET", from, nil); a.status != http.StatusSeeOther || a.header.Get("Location") != to {
			t.Errorf("the old address %s: %d to %s", from, a.status, a.header.Get("Location"))
		}
	}
}
