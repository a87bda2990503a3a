// Command benchsolver measures mincost against LEMON's network simplex and cost scaling:
// it generates instances, lets the sides solve each in turn, compares their optima before
// anything else, and prints a Markdown table of ratios of medians. It is not a test:
// machines are shared and noisy, so only ratios of one run mean something.
//
//	make bench-solver                                  the whole table
//	go run -C tools/benchsolver . -only province,grid -rounds 5
//	go run -C tools/benchsolver . -write x.min -only market-region -seed 7
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/lienket/lienket/mincost"
)

type options struct {
	only, keep, write string
	rounds            int
	seed              uint64
	limit, each       time.Duration
	warm              int
}

// instances in the order of the table. The plain calls of LEMON on a nation take minutes:
// they have a time limit of their own, and what runs into it is shown as "more than".
var instances = []string{
	"market-province", "market-region", "market-nation", "market-nation2", "market-staple", "market-staple2",
	"netgen8-12", "netgen8-13", "netgen8-14", "netgen8-15", "netgen8-16", "netgen8-17", "netgen8-18",
	"netgenlo8-14", "netgenlo8-16", "netgensr-12", "netgensr-14", "grid-14", "grid-16", "road-16", "assign-1000", "transp-4096",
}

func main() {
	var o options
	flag.StringVar(&o.only, "only", "", "instances whose name holds one of these words, with commas between; or any name such as netgen8-10")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each is measured; the median counts")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the instances")
	flag.DurationVar(&o.limit, "limit", 20*time.Minute, "no run begins after this")
	flag.DurationVar(&o.each, "each", 3*time.Minute, "time limit of one run")
	flag.IntVar(&o.warm, "warm", 200, "single changes per kind to measure on each market, 0 none")
	flag.StringVar(&o.keep, "keep", "", "folder that is kept and used again: generating once, measuring often")
	flag.StringVar(&o.write, "write", "", "only write the instance named by -only to this file")
	side := flag.String("side", "", "used by the command itself: solve or warm the file named")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	switch {
	case *side != "":
		err = ownSide(ctx, *side, flag.Arg(0), o.warm)
	case o.write != "":
		err = writeInstance(o.only, o.seed, o.write)
	default:
		err = run(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-solver:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	dir := o.keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "bench-solver"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	} else if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	lemon := filepath.Join(dir, "lemon")
	if out, err := exec.CommandContext(ctx, "g++", "-O3", "-march=native", "-DNDEBUG", "-o", lemon, "lemon/lemon.cc", "-llemon").CombinedOutput(); err != nil {
		return fmt.Errorf("LEMON's driver does not build (on Debian: apt-get install g++ liblemon-dev): %w\n%s", err, out)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	names := chosen(o.only)
	if len(names) == 0 {
		return errors.New("no such instance")
	}
	start := time.Now()
	t := newTable(os.Stdout)
	for _, name := range names {
		file := filepath.Join(dir, fmt.Sprintf("%s-seed%d.min", name, o.seed))
		if _, err := os.Stat(file); err != nil {
			if err := writeInstance(name, o.seed, file); err != nil {
				return err
			}
		}
		size, err := sizeOf(file)
		if err != nil {
			return err
		}
		m := measurement{name: name, size: size, sides: sidesOf(name, self, lemon), warm: map[string]warmth{}}
		for range o.rounds {
			for i := range m.sides {
				if time.Since(start) > o.limit || ctx.Err() != nil {
					break
				}
				m.sides[i].measure(ctx, file, o.each)
			}
		}
		if err := m.agree(); err != nil {
			return err
		}
		t.row(&m)
		if strings.HasPrefix(name, "market-") && o.warm > 0 && time.Since(start) < o.limit {
			if m.warm, err = warmed(ctx, self, file, o.warm); err != nil {
				return err
			}
			t.later = append(t.later, m)
		}
		if o.keep == "" {
			os.Remove(file)
		}
	}
	t.end()
	return ctx.Err()
}

// chosen gives the instances that -only means: all, those that hold a word, or a name
// that a family can make.
func chosen(only string) []string {
	if only == "" {
		return instances
	}
	var names []string
	for word := range strings.SplitSeq(only, ",") {
		found := false
		for _, name := range instances {
			if _, size, _ := strings.Cut(name, "-"); name == word || size == word || strings.HasPrefix(name, word+"-") {
				names, found = append(names, name), true
			}
		}
		if kind, _, ok := strings.Cut(word, "-"); !found && ok && families[kind] != nil {
			names = append(names, word)
		}
	}
	return names
}

func writeInstance(name string, seed uint64, file string) error {
	n, err := generate(name, seed)
	if err != nil {
		return err
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return cmp.Or(mincost.WriteDIMACS(f, n), f.Close())
}

func sizeOf(file string) (size string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var nodes, arcs int
	if _, err := fmt.Fscanf(f, "p min %d %d\n", &nodes, &arcs); err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	return fmt.Sprintf("%d / %d", nodes, arcs), nil
}
