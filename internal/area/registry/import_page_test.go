package registry

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/web"
)

// send posts the form with a file, as a browser does.
func (s *site) send(t testing.TB, role auth.Role, text, name string, file []byte) answer {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("text", text)
	if name != "" {
		w, err := m.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write(file)
	}
	_ = m.Close()
	req, err := http.NewRequest("POST", s.URL+"/organisations/import", &b)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	auth.SetToken(w, s.tokens[role], false)
	for _, c := range w.Result().Cookies() {
		req.AddCookie(c)
	}
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, string(out), res.Header.Get("Location"), res.Header}
}

var versionIn = regexp.MustCompile(`name="row_version" value="([0-9]+)"`)

func (a answer) version(t testing.TB) string {
	t.Helper()
	m := versionIn.FindStringSubmatch(a.body)
	if m == nil {
		t.Fatal("the page has no version")
	}
	return m[1]
}

func TestImport_FirstDay(t *testing.T) {
	s := newSite(t)
	s.do(t, auth.Officer, "GET", "/organisations", nil).wants(t, 200, `href="/organisations/import"`, "Dán hoặc nạp danh sách HTX")
	s.do(t, auth.Officer, "GET", "/organisations/import", nil).wants(t, 200, `name="text"`, `name="file"`)
	_, before, _ := s.area.Orgs(ctx, Filter{})

	a := s.do(t, auth.Officer, "POST", "/organisations/import", url.Values{"text": {doubtful}})
	if a.status != 303 || !strings.HasPrefix(a.location, "/organisation-imports/") {
		t.Fatal(a.status, a.location, a.body)
	}
	path := a.location
	page := s.do(t, auth.Officer, "GET", path, nil)
	page.wants(t, 200, "Ghi 3 đơn vị mới vào sổ", "Chưa ghi gì vào sổ", "HTX Hoa Mận", "A2", "0900 111 222", "Mã số thuế «0100233489» không đúng", "Giống dòng A2", `name="a-0-5-kind"`, "Chờ trả lời")
	if _, n, _ := s.area.Orgs(ctx, Filter{}); n != before {
		t.Fatal("a dry run wrote something")
	}
	s.do(t, auth.Officer, "GET", path+"?only=asks", nil).wants(t, 200, "Ánh Dương")
	if p := s.do(t, auth.Officer, "GET", path+"?only=left", nil); strings.Contains(p.body, "Ánh Dương") {
		t.Error("the tab does not filter")
	}

	answers := url.Values{
		web.VersionField: {page.version(t)}, "back": {path + "?only=asks"},
		"a-0-5-kind": {"htx"}, "t-0-2-tax": {""}, "t-0-4-place": {"xã Thu Phong"}, "t-0-4-members": {"rất nhiều"}, "a-0-6-place": {"05290@2023"}, "t-0-6-place": {""},
	}
	if a := s.do(t, auth.Officer, "POST", path+"/answer", answers); a.status != 303 || a.location != path+"?only=asks" {
		t.Fatal(a.status, a.location, a.body)
	}
	s.do(t, auth.Officer, "POST", path+"/answer", answers).wants(t, 409) // an old page
	page = s.do(t, auth.Officer, "GET", path, nil)
	page.wants(t, 200, "Ghi 4 đơn vị mới vào sổ", `value="rất nhiều"`, "xã Thu Phong, huyện Cao Phong")

	press := url.Values{web.VersionField: {page.version(t)}, web.KeyField: {"k1"}}
	for range 2 { // pressed twice: the same answer, one deed
		if a := s.do(t, auth.Officer, "POST", path+"/write", press); a.status != 303 || a.location != path {
			t.Fatal(a.status, a.location, a.body)
		}
	}
	list, n, _ := s.area.Orgs(ctx, Filter{District: "154@2023", Sort: "name"})
	if n != 4 || list[0].Name != "Ánh Dương" {
		t.Errorf("%s", names(list))
	}
	done := s.do(t, auth.Officer, "GET", path, nil)
	done.wants(t, 200, "Đã thêm 4 đơn vị", "Đã ghi", orgPath(list[0].ID), "Gỡ những gì vừa ghi")
	s.do(t, auth.Officer, "GET", "/organisations?q=hoa+man", nil).wants(t, 200, "HTX Hoa Mận")
	s.do(t, auth.Officer, "GET", "/organisations/import", nil).wants(t, 200, path, "Đã ghi")

	again := s.do(t, auth.Officer, "POST", "/organisations/import", url.Values{"text": {doubtful}})
	p := s.do(t, auth.Officer, "GET", again.location, nil)
	p.wants(t, 200, "Danh sách trước đã ghi dòng này: HTX Hoa Mận")
	if strings.Contains(p.body, "/write") {
		t.Error("the same list again has something to write")
	}
	s.do(t, auth.Officer, "POST", path+"/drop", url.Values{web.VersionField: {done.version(t)}}).wants(t, 409)
	if a := s.do(t, auth.Officer, "POST", path+"/take-back", url.Values{web.VersionField: {done.version(t)}}); a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	if _, n, _ := s.area.Orgs(ctx, Filter{}); n != before {
		t.Errorf("%d organisations after taking back, want %d", n, before)
	}
	if a := s.do(t, auth.Officer, "POST", again.location+"/drop", url.Values{web.VersionField: {p.version(t)}}); a.status != 303 {
		t.Error(a.status)
	}
	s.do(t, auth.Officer, "GET", again.location, nil).wants(t, 200, "Đã bỏ", "/restore")
}

func TestImport_CorrectedComesBack(t *testing.T) {
	s := newSite(t)
	doc, want := groupedBook(t)
	id, err := s.area.AddImport(ctx, nil, "account:1", "biểu tổng hợp.xlsx", *doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"vi", "en"} {
		f := s.do(t, auth.Admin, "GET", importPath(id)+"/corrected.xlsx?lang="+lang, nil)
		sheets, err := sheet.Read([]byte(f.body), sheet.Limits{})
		if err != nil || len(sheets) != 2 {
			t.Fatal(len(sheets), err)
		}
		rows := judged(t, &ImportDoc{Sheets: sheets, Answers: map[string]string{}})
		first := judged(t, doc)
		if n := Tally(rows); n.New != want || n.Phones != want {
			t.Errorf("%s: %+v\n%s", lang, n, show(rows))
		}
		for _, x := range first {
			if x.Skip != "" {
				continue
			}
			y := rowOf(t, rows, x.Org.Name)
			a, b := x.Org, y.Org
			a.Version, b.Version = 0, 0
			if fmt.Sprint(a) != fmt.Sprint(b) {
				t.Errorf("%s: read again it is another\n%+v\n%+v", lang, a, b)
				break
			}
		}
	}
}

// TestImport_OurOwnList: the list that the register writes can be read again and adds nothing.
func TestImport_OurOwnList(t *testing.T) {
	s := newSite(t)
	f := s.do(t, auth.Officer, "GET", "/organisations.xlsx", nil)
	a := s.send(t, auth.Officer, "", "so-don-vi.xlsx", []byte(f.body))
	if a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	id, _ := strconv.Atoi(a.location[strings.LastIndex(a.location, "/")+1:])
	im := reread(t, s.area.Store, ImportID(id))
	read, err := ReadImport(&im.Doc, s.area.importGround())
	if err != nil {
		t.Fatal(err)
	}
	known, err := s.area.Known(ctx, Viewer{}, im, read.Rows)
	if err != nil {
		t.Fatal(err)
	}
	Judge(read.Rows, &im.Doc, s.area.Atlas, known)
	if n := Tally(read.Rows); n.Same != 5 || n.New+n.Fill+n.Wait != 0 {
		t.Errorf("%+v\n%s", n, show(read.Rows))
	}
}

func TestImport_NothingIsLostOnAnError(t *testing.T) {
	s := newSite(t)
	s.do(t, auth.Officer, "POST", "/organisations/import", url.Values{"text": {""}}).wants(t, 422, "hãy dán danh sách hoặc chọn tệp", `href="#f-text"`)
	s.do(t, auth.Officer, "POST", "/organisations/import", url.Values{"text": {"chỉ là <lời> nhắn\nkhông có gì"}}).wants(t, 422, "Không thấy danh sách đơn vị nào", "chỉ là &lt;lời&gt; nhắn", "Chưa ghi gì vào sổ")
	var locked bytes.Buffer
	if err := excelize.NewFile().Write(&locked, excelize.Options{Password: "bi-mat"}); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]struct {
		data []byte
		says string
	}{
		"rong.xlsx":  {nil, ""},
		"anh.jpg":    {[]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), ""},
		"khoa.xlsx":  {locked.Bytes(), "mật khẩu"},
		"khac.csv":   {[]byte("a;b\n1;2\n"), "Không thấy danh sách đơn vị nào"},
		"tieude.csv": {[]byte("STT;Tên HTX;SĐT\n"), "không có đơn vị nào bên dưới"},
	} {
		a := s.send(t, auth.Officer, "giữ lại lời này", name, file.data)
		a.wants(t, 422, "giữ lại lời này", `href="#f-file"`, "Nhớ chọn lại tệp "+name, file.says)
	}
	if all, err := s.area.Imports(ctx, Viewer{}, ""); err != nil || len(all) != 0 {
		t.Errorf("%v %v", all, err)
	}
}

func TestImport_WhoMay(t *testing.T) {
	s := newSite(t)
	a := s.do(t, auth.Officer, "POST", "/organisations/import", url.Values{"text": {doubtful}})
	for _, r := range auth.Roles {
		want := 403
		if r == auth.Officer || r == auth.Admin {
			want = 200
		}
		for _, path := range []string{"/organisations/import", a.location, a.location + "/corrected.xlsx"} {
			if got := s.do(t, r, "GET", path, nil); got.status != want {
				t.Errorf("%s as %s: %d, want %d", path, r, got.status, want)
			}
		}
		if want == 403 {
			for _, act := range []string{"/answer", "/write", "/take-back", "/drop", "/restore"} {
				if got := s.do(t, r, "POST", a.location+act, url.Values{web.VersionField: {"1"}}); got.status != 403 {
					t.Errorf("%s as %s: %d", act, r, got.status)
				}
			}
		}
	}
	me := s.district(t, "158@2023")
	for _, path := range []string{a.location, a.location + "/corrected.xlsx", "/organisation-imports/x", "/organisation-imports/999"} {
		if got := s.do(t, me, "GET", path, nil); got.status != 404 {
			t.Errorf("%s of somebody else: %d", path, got.status)
		}
	}
	if got := s.do(t, me, "POST", a.location+"/write", url.Values{web.VersionField: {"1"}}); got.status != 404 {
		t.Errorf("writing somebody else's list: %d", got.status)
	}
	mine := s.do(t, me, "POST", "/organisations/import", url.Values{"text": {doubtful}})
	p := s.do(t, me, "GET", mine.location, nil)
	p.wants(t, 200, "Không ghi được", "ngoài địa bàn")
	if strings.Contains(p.body, mine.location+"/write") {
		t.Error("an officer is offered to write into another territory")
	}
}
