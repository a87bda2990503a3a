package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// demo is a running `lienket demo`: what it has printed, and its end.
type demo struct {
	stop  func()
	ended chan int
	lines []string
}

// startDemo runs the command until it has printed its address.
func startDemo(t *testing.T, args ...string) *demo {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	out, w := io.Pipe()
	d := &demo{stop: stop, ended: make(chan int, 1)}
	go func() {
		code := run(ctx, append([]string{"demo", "--lang", "vi"}, args...), strings.NewReader(""), w, w)
		w.Close()
		d.ended <- code
	}()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		d.lines = append(d.lines, lines.Text())
		if strings.Contains(lines.Text(), "Mở trình duyệt") {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return d
		}
	}
	t.Fatalf("it ended: %s", strings.Join(d.lines, "\n"))
	return nil
}

func (d *demo) end(t *testing.T) {
	t.Helper()
	d.stop()
	if code := <-d.ended; code != done {
		t.Errorf("it ended with %d", code)
	}
}

func fetch(t *testing.T, c *http.Client, method, url string) (int, string, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	cookie := ""
	for _, k := range res.Cookies() {
		if k.Name == "lienket" {
			cookie = k.Name + "=" + k.Value
		}
	}
	return res.StatusCode, string(b), cookie
}

func TestDemo_DrawsServesAndIsReused(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	data := filepath.Join(t.TempDir(), "kept")
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	address := regexp.MustCompile(`http://[^ ]+`)

	d := startDemo(t, "--addr", "127.0.0.1:0", "--data", data, "--only", "DAUTAY")
	all := strings.Join(d.lines, "\n")
	for _, want := range []string{"Ghi 762 đơn vị", "Ghép nhóm 2/2", "Ghi và kiểm tra độc lập 3/3", "quản trị", "lãnh đạo", "chuyên viên", "kiểm tra", "hợp tác xã", "bên mua"} {
		if !strings.Contains(all, want) {
			t.Errorf("it does not print %q:\n%s", want, all)
		}
	}
	site := address.FindString(d.lines[len(d.lines)-1])
	if code, body, _ := fetch(t, c, "GET", site+"/healthz"); code != 200 || !strings.Contains(body, `"ok"`) {
		t.Errorf("healthz: %d %s", code, body)
	}
	var links []string
	for _, l := range d.lines {
		if strings.Contains(l, "/in/") {
			links = append(links, address.FindString(l))
		}
	}
	if len(links) != 6 {
		t.Fatalf("%d links", len(links))
	}
	for i, link := range links {
		if code, body, _ := fetch(t, c, "GET", link); code != 200 || !strings.Contains(body, "Dữ liệu minh họa") {
			t.Errorf("link %d: %d", i, code)
		}
		code, _, cookie := fetch(t, c, "POST", link)
		if code != http.StatusSeeOther || cookie == "" {
			t.Errorf("its button %d: %d", i, code)
			continue
		}
		start := site + "/plan"
		if i >= 4 {
			start = site + "/me"
		}
		req, _ := http.NewRequest("GET", start, nil)
		req.Header.Set("Cookie", cookie)
		res, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != 200 {
			t.Errorf("person %d at %s: %d", i, start, res.StatusCode)
		}
	}
	d.end(t)

	again := startDemo(t, "--addr", "127.0.0.1:0", "--data", data)
	if s := strings.Join(again.lines, "\n"); strings.Contains(s, "Ghi ") || strings.Count(s, "/in/") != 6 {
		t.Errorf("kept data was drawn again:\n%s", s)
	}
	again.end(t)
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("it left %v behind, %v", left, err)
	}
}

func TestDemo_StoppedOnTheWayLeavesNothing(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	ctx, stop := context.WithCancel(context.Background())
	out, w := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		code := run(ctx, []string{"demo", "--addr", "127.0.0.1:0"}, strings.NewReader(""), w, w)
		w.Close()
		ended <- code
	}()
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.Contains(lines.Text(), "Ghép nhóm") {
	}
	stop()
	_, _ = io.Copy(io.Discard, out)
	if code := <-ended; code != done {
		t.Errorf("it ended with %d", code)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("it left %v behind, %v", left, err)
	}
}

func TestDemo_LeavesOthersDataAlone(t *testing.T) {
	dir := t.TempDir()
	var out strings.Builder
	if code := run(context.Background(), []string{"user", "add", "thuha", "--data", dir, "--name", "Thu Hà", "--role", "admin", "--link"}, strings.NewReader(""), &out, &out); code != done {
		t.Fatal(out.String())
	}
	out.Reset()
	if code := run(context.Background(), []string{"demo", "--lang", "vi", "--addr", "127.0.0.1:0", "--data", dir}, strings.NewReader(""), &out, &out); code != refused || !strings.Contains(out.String(), "đã có tài khoản của người khác") {
		t.Errorf("%d %s", code, out.String())
	}
}
