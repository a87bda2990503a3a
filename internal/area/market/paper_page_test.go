package market

import (
	"archive/zip"
	"bytes"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"
)

// docxText is the text of a Word file.
func docxText(t testing.TB, data string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader([]byte(data)), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return html.UnescapeString(regexp.MustCompile(`(<[^>]*>)+`).ReplaceAllString(string(raw), "|"))
}

func TestPapers_HoldWhatThePagesHold(t *testing.T) {
	s := newPlanSite(t)
	file := func(who, path string) string {
		t.Helper()
		a := s.do(t, who, "GET", path, nil)
		if a.status != 200 {
			t.Fatalf("%s as %s: %d", path, who, a.status)
		}
		if again := s.do(t, who, "GET", path, nil); again.body != a.body {
			t.Errorf("%s is not twice the same", path)
		}
		return a.body
	}
	has := func(path, text string, words ...string) {
		t.Helper()
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("%s lacks %q", path, w)
			}
		}
		for _, bad := range []string{"⟦", "{0}", "%!", "\x01", "\x03"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s holds %q", path, bad)
			}
		}
	}
	at := planPath(s.id) + "/paper"
	s.get(t, "leader", planPath(s.id), at+".pdf", at+".docx")
	plan := docxText(t, file("leader", at+".docx"))
	has(at, plan, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "(dự thảo, chưa duyệt)", "Siêu thị Bãi Cháy", "HTX đầu mối", "Kết quả kiểm tra độc lập", "ĐẠT", "Đúng theo số đã khai", "LÃNH ĐẠO LIÊN MINH")
	if pdf := file("leader", at+".pdf"); !strings.HasPrefix(pdf, "%PDF") {
		t.Error("no PDF")
	}
	letter := letterPath(s.id, "N4")
	page := s.get(t, "officer", letter, letter+"/letter.docx")
	text := docxText(t, file("officer", letter+"/letter.docx"))
	has(letter, text, "Kính gửi", "Thư này chưa phải hợp đồng")
	if why := regexp.MustCompile(`Lý do:</b> ([^<]+)`).FindStringSubmatch(page); why == nil || !strings.Contains(text, html.UnescapeString(why[1])) {
		t.Error("the letter's reason is not the page's")
	}
	order := orderPath(s.id, "N1")
	s.get(t, "officer", order, order+"/order.docx")
	has(order, docxText(t, file("officer", order+"/order.docx")), "Siêu thị Bãi Cháy", "BÊN MUA", "Cộng")
	has("week", docxText(t, file("officer", "/reports/week.docx")), "BÁO CÁO", "Việc trong tuần")
	for _, path := range []string{at + ".docx", at + ".pdf"} {
		if a := s.do(t, "P5", "GET", path, nil); a.status != 403 {
			t.Errorf("a party opens %s: %d", path, a.status)
		}
	}
	for _, path := range []string{letter + "/letter.docx", letter + "/letter.pdf", order + "/order.docx"} {
		if a := s.do(t, "P5", "GET", path, nil); a.status != 404 {
			t.Errorf("a party opens %s before the release: %d", path, a.status)
		}
	}
}
