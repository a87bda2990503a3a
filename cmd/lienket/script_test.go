package main

import (
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// get URL TEXT waits until the page answers and holds the text.
func cmdGet(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: get URL TEXT")
	}
	last := "no answer"
	for range 200 {
		if res, err := http.Get(args[0]); err == nil {
			b, _ := io.ReadAll(res.Body)
			res.Body.Close()
			if last = string(b); strings.Contains(last, args[1]) {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("%s does not say %q: %.400s", args[0], args[1], last)
}

// patch FILE OLD NEW overwrites bytes in place, as a failing disk would.
func cmdPatch(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 || len(args[1]) != len(args[2]) {
		ts.Fatalf("usage: patch FILE OLD NEW, both of one length")
	}
	name := ts.MkAbs(args[0])
	b, err := os.ReadFile(name)
	ts.Check(err)
	if !strings.Contains(string(b), args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(name, []byte(strings.ReplaceAll(string(b), args[1], args[2])), 0o600))
}
