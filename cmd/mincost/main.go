// Command mincost solves minimum-cost flow problems in DIMACS format and verifies
// solutions. It is the package mincost for the shell and nothing else.
//
//	mincost solve FILE.min [-flow] [-stats]
//	mincost verify FILE.min SOLUTION
//
// solve prints "s COST", and with -flow one line "f FROM TO AMOUNT" for each arc that
// carries something. Every answer is certified before it is printed. -stats adds one line
// of JSON on standard error. If there is no flow, or no cheapest one, comment lines say
// why and the exit status is 1.
//
// verify says whether a solution keeps every bound and supply, costs what it says, and is
// cheapest: exit status 0 if so, 1 if not. A FILE or SOLUTION of - is standard input.
// The exit status for anything that cannot be read is 2.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/lienket/lienket/mincost"
)

const usage = `mincost solve FILE.min [-flow] [-stats]
mincost verify FILE.min SOLUTION
(- is standard input)
`

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// Exit statuses.
const (
	yes     = 0
	no      = 1
	useless = 2 // bad usage, unreadable input
)

func run(args []string, in io.Reader, out, errs io.Writer) int {
	var files []string
	flags := map[string]bool{}
	for _, a := range args {
		if len(a) > 1 && a[0] == '-' {
			flags[a] = true
		} else {
			files = append(files, a)
		}
	}
	status, err := useless, error(nil)
	switch {
	case flags["-h"] || flags["-help"] || flags["--help"]:
		fmt.Fprint(out, usage)
		return yes
	case len(files) == 2 && files[0] == "solve" && only(flags, "-flow", "-stats"):
		status, err = solve(files[1], flags["-flow"], flags["-stats"], in, out, errs)
	case len(files) == 3 && files[0] == "verify" && only(flags):
		status, err = verify(files[1], files[2], in, out)
	default:
		fmt.Fprint(errs, usage)
	}
	if err != nil {
		fmt.Fprintln(errs, err)
	}
	return status
}

// only says whether all flags given are among those allowed.
func only(flags map[string]bool, allowed ...string) bool {
	known := 0
	for _, a := range allowed {
		if flags[a] {
			known++
		}
	}
	return known == len(flags)
}

func open(name string, in io.Reader) (io.Reader, func() error, error) {
	if name == "-" {
		return in, func() error { return nil }, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	return f, f.Close, nil
}

func readNetwork(name string, in io.Reader) (*mincost.Network, error) {
	r, done, err := open(name, in)
	if err != nil {
		return nil, err
	}
	defer done()
	n, err := mincost.ReadDIMACS(r, mincost.Limits{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return n, nil
}

// stats is the line on standard error.
type stats struct {
	ReadMS     float64 `json:"read_ms"`
	SolveMS    float64 `json:"solve_ms"`
	CPUMS      float64 `json:"cpu_ms"` // of solving, all threads
	Pivots     int64   `json:"pivots"`
	Components int     `json:"components"`
	PeakRSSKB  int64   `json:"peak_rss_kb"`
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func solve(file string, flow, withStats bool, in io.Reader, out, errs io.Writer) (int, error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	start := time.Now()
	n, err := readNetwork(file, in)
	if err != nil {
		return useless, err
	}
	read, cpu := time.Now(), cpuTime()
	r, err := mincost.Solve(ctx, n)
	if err != nil {
		return useless, err
	}
	s := stats{ms(read.Sub(start)), ms(time.Since(read)), ms(cpuTime() - cpu), r.Pivots, r.Components, peakRSS()}
	if err := mincost.Certify(n, r); err != nil {
		return useless, fmt.Errorf("the answer did not prove right, please report this network: %w", err)
	}
	status := yes
	switch r.Status {
	case mincost.Optimal:
		err = mincost.WriteSolution(out, n, r, flow)
	case mincost.Infeasible:
		status, err = no, explain(out, "infeasible: these nodes have more than may leave them, or less than must", "node", r.Cut)
	case mincost.Unbounded:
		status, err = no, explain(out, "unbounded: ever cheaper around these arcs, counted from 1", "arc", r.Cycle)
	}
	if withStats && err == nil {
		err = json.NewEncoder(errs).Encode(s)
	}
	if err != nil {
		return useless, err
	}
	return status, nil
}

// explain prints why there is no solution, as comments.
func explain(out io.Writer, why, what string, list []int) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "c %s\n", why)
	for _, x := range list {
		fmt.Fprintf(w, "c %s %d\n", what, x+1)
	}
	return w.Flush()
}

func verify(file, solution string, in io.Reader, out io.Writer) (int, error) {
	if file == "-" && solution == "-" {
		return useless, errors.New("only one of the two can be standard input")
	}
	n, err := readNetwork(file, in)
	if err != nil {
		return useless, err
	}
	r, done, err := open(solution, in)
	if err != nil {
		return useless, err
	}
	defer done()
	cost, flow, err := mincost.ReadSolution(r, n)
	if err == nil {
		err = mincost.CheckFlow(n, flow, cost)
	}
	switch {
	case errors.Is(err, mincost.ErrProof):
		fmt.Fprintln(out, err)
		return no, nil
	case err != nil:
		return useless, fmt.Errorf("%s: %w", solution, err)
	}
	fmt.Fprintf(out, "cheapest flow, cost %v\n", cost)
	return yes, nil
}
