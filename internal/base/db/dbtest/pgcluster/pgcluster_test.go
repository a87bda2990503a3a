//go:build unix

package main

import (
	"bytes"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
)

func TestRun_CommandSeesTheServerAndItsCodeComesBack(t *testing.T) {
	if _, err := find(""); err != nil {
		t.Skip(err)
	}
	var out, errs bytes.Buffer
	code := run([]string{"--", "sh", "-c", `echo "$LIENKET_TEST_POSTGRES"; exit 7`}, &out, &errs)
	if code != 7 {
		t.Fatalf("code %d, want the command's 7\n%s", code, errs.String())
	}
	u, err := url.Parse(strings.TrimSpace(out.String()))
	if err != nil || u.Scheme != "postgres" {
		t.Fatalf("the command saw %q", out.String())
	}
	if c, err := net.Dial("tcp", u.Host); err == nil {
		c.Close()
		t.Error("the server still answers after the command ended")
	}
}

func TestRun_ErrNotInstalled(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"-bin", t.TempDir(), "--", "true"}, &out, &errs); code != 3 {
		t.Fatalf("code %d, want 3", code)
	}
	if !strings.Contains(errs.String(), "not installed") {
		t.Errorf("it says %q", errs.String())
	}
}

func TestStop_LeavesNothing(t *testing.T) {
	if _, err := find(""); err != nil {
		t.Skip(err)
	}
	c, err := start(t.Context(), "", false)
	if err != nil {
		t.Fatal(err)
	}
	dir := c.dir
	c.stop()
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there", dir)
	}
}
