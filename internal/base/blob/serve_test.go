package blob_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/blob"
	"github.com/lienket/lienket/internal/base/db/dbtest"
)

// serve keeps a file and asks for it.
func serve(t *testing.T, name string, data []byte, header ...string) *http.Response {
	t.Helper()
	d := dbtest.SQLite(t)
	id, err := put(t, d, blob.New{Name: name, Data: data})
	must(t, err)
	i, b, err := (&blob.Store{DB: d}).Open(t.Context(), id)
	must(t, err)
	r := httptest.NewRequest("GET", "/files/1", nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	must(t, blob.Serve(w, r, i, b))
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	var b bytes.Buffer
	_, err := b.ReadFrom(r.Body)
	must(t, err)
	return b.String()
}

func TestServe_RunsNothing(t *testing.T) {
	photo := withEXIF(jpegOf(t, picture(100, 80)), 1)
	for _, c := range []struct {
		name        string
		data        []byte
		typ, starts string
		save        string
	}{
		{"ảnh\u202egpj.exe", photo, blob.JPEG, "inline;", "%E1%BA%A3nhgpj.exe.jpg"},
		{"../../a.png", pngOf(t, picture(9, 9)), blob.PNG, "inline;", `"a.png"`},
		{`hoa "don".html`, []byte(pdf), blob.PDF, "attachment;", "hoa%20_don_.html.pdf"},
		{"x.html", []byte("<script>alert(1)</script>"), blob.Text, "attachment;", `"x.html.txt"`},
		{"gia.csv", []byte("a;b"), blob.Text, "attachment;", `"gia.csv"`},
		{"bang.xlsx", xlsx(t), blob.XLSX, "attachment;", `"bang.xlsx"`},
	} {
		res := serve(t, c.name, c.data)
		h := res.Header
		disp := h.Get("Content-Disposition")
		if res.StatusCode != 200 || h.Get("Content-Type") != c.typ || !strings.HasPrefix(disp, c.starts) || !strings.Contains(disp, c.save) {
			t.Errorf("%s: %d %q %q", c.name, res.StatusCode, h.Get("Content-Type"), disp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s: %v", c.name, h)
		}
		if b := body(t, res); strings.Contains(b, "20.8133") {
			t.Errorf("%s: the place leaves the house", c.name)
		}
	}
}

func TestServe_Range(t *testing.T) {
	data := jpegOf(t, picture(200, 200))
	whole := serve(t, "a.jpg", data)
	all := body(t, whole)
	if all != string(data) {
		t.Fatal("a picture without metadata changed")
	}
	part := serve(t, "a.jpg", data, "Range", "bytes=100-299")
	if got := body(t, part); part.StatusCode != 206 || got != all[100:300] || !strings.HasPrefix(part.Header.Get("Content-Range"), "bytes 100-299/") {
		t.Errorf("%d, %d bytes, %q", part.StatusCode, len(got), part.Header.Get("Content-Range"))
	}
	same := serve(t, "a.jpg", data, "If-None-Match", whole.Header.Get("ETag"))
	if same.StatusCode != 304 {
		t.Errorf("asked again with its tag: %d", same.StatusCode)
	}
	if r := serve(t, "a.jpg", data, "Range", "bytes=9999999-"); r.StatusCode != 416 {
		t.Errorf("behind the end: %d", r.StatusCode)
	}
	if r := serve(t, "a.txt", []byte("ghi chép"), "Range", "bytes=0-1"); r.StatusCode != 200 {
		t.Errorf("text in parts: %d", r.StatusCode)
	}
}

func TestServe_Thumb(t *testing.T) {
	d := dbtest.SQLite(t)
	id, err := put(t, d, blob.New{Name: "a.png", Data: pngOf(t, picture(900, 500))})
	must(t, err)
	s := &blob.Store{DB: d}
	i, _, err := s.Open(t.Context(), id)
	must(t, err)
	b, err := s.Thumb(t.Context(), id)
	must(t, err)
	w := httptest.NewRecorder()
	must(t, blob.ServeThumb(w, httptest.NewRequest("GET", "/x", nil), i, b))
	if h := w.Header(); w.Code != 200 || h.Get("Content-Type") != blob.JPEG || !bytes.Equal(w.Body.Bytes(), b) || len(b) > 40_000 {
		t.Errorf("%d %v, %d bytes", w.Code, h, len(b))
	}
}
