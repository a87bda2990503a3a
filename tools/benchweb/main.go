// Command benchweb measures the site against a fixed page and against PocketBase: it builds
// the program, fills it with synthetic offers, starts everything on 127.0.0.1, checks that
// the answers are right, drives the sides in turn and prints a Markdown table of ratios. It
// is not a test: machines are shared and noisy, so only ratios of one run mean something.
//
//	make bench-web                      the whole table
//	go run -C tools/benchweb . -only list,search -rounds 2
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

type options struct {
	only    string
	rounds  int
	seconds int
	offers  int
	clients int
	keep    string
	limit   time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.only, "only", "", "measurements whose name holds one of these words, with commas between")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each is measured; the median counts")
	flag.IntVar(&o.seconds, "seconds", 3, "how long one measurement runs")
	flag.IntVar(&o.offers, "offers", 50_000, "how many synthetic offers")
	flag.IntVar(&o.clients, "clients", 32, "connections")
	flag.StringVar(&o.keep, "keep", "", "folder that is kept and used again: seeding once, measuring often")
	flag.DurationVar(&o.limit, "limit", 10*time.Minute, "no round begins after this")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench-web:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	if _, err := exec.LookPath("wrk"); err != nil {
		return errors.New("wrk is missing (on Debian: apt-get install wrk)")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		return err
	}
	s := &stand{options: o, root: root, dir: o.keep, start: time.Now()}
	if s.dir == "" {
		if s.dir, err = os.MkdirTemp("", "lienket-bench-"); err != nil {
			return err
		}
		defer os.RemoveAll(s.dir)
	} else if s.dir, err = filepath.Abs(s.dir); err != nil {
		return err
	} else if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	defer s.stopAll()
	if err := s.prepare(ctx); err != nil {
		return err
	}
	if err := s.measure(ctx); err != nil {
		return err
	}
	s.stopAll() // what starts is measured alone
	if err := s.coldStarts(ctx); err != nil {
		return err
	}
	s.print(os.Stdout)
	return nil
}

// wanted reports whether a measurement was asked for.
func (o options) wanted(name string) bool {
	if o.only == "" {
		return true
	}
	for _, w := range strings.Split(o.only, ",") {
		if strings.Contains(name, strings.TrimSpace(w)) {
			return true
		}
	}
	return false
}

// say tells on standard error how far it is.
func (s *stand) say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%5.0f s  %s\n", time.Since(s.start).Seconds(), fmt.Sprintf(format, args...))
}
