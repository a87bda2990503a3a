package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/lienket/lienket/mincost"
)

// ownSide is our side of a measurement, in a process of its own: it reads a file, then
// solves it or changes one offer after the other.
func ownSide(ctx context.Context, what, file string, changes int) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	n, err := mincost.ReadDIMACS(f, mincost.Limits{})
	f.Close()
	if err != nil {
		return err
	}
	debug.FreeOSMemory()
	if what == "warm" {
		return warmSide(ctx, n, changes)
	}
	peak()
	resident, base := peak(), usage()
	wall := time.Now()
	r, err := mincost.Solve(ctx, n)
	if err != nil {
		return err
	}
	a := answer{Wall: ms(time.Since(wall)), Cost: fmt.Sprint(r.Cost), BaseKB: resident}
	u := usage()
	a.CPU, a.PeakKB = ms(cpu(u)-cpu(base)), peak()
	if err := mincost.Certify(n, r); err != nil {
		return err
	}
	a.OK = r.Status == mincost.Optimal
	return json.NewEncoder(os.Stdout).Encode(a)
}

func usage() (u syscall.Rusage) {
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u
}

// peak returns the most memory that was resident since the last call, in KB (Linux).
func peak() (kb int64) {
	b, _ := os.ReadFile("/proc/self/status")
	if _, after, ok := strings.Cut(string(b), "VmHWM:"); ok {
		_, _ = fmt.Sscan(after, &kb)
	}
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
	return kb
}

func cpu(u syscall.Rusage) time.Duration { return time.Duration(u.Utime.Nano() + u.Stime.Nano()) }

func ms(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

// warmSide changes one offer at a time, each change from the last answer, and compares
// with a cold solve at the end of each kind of change.
func warmSide(ctx context.Context, n *mincost.Network, changes int) error {
	slack := len(n.Supply) - 1 // the market's node for what is unsold and unmet
	first := make([]int, len(n.Supply)+1)
	for i := range n.Arcs {
		first[n.Arcs[i].Tail+1]++ // arcs of an offer stand together in the file
	}
	offers := 0
	for v := range slack {
		if n.Supply[v] > 0 {
			offers = v + 1
		}
		first[v+1] += first[v]
	}
	s := mincost.NewSolver(n)
	s.Share = true
	if _, err := s.Solve(ctx); err != nil {
		return err
	}
	// The first change to a piece makes its index of columns; that is not measured.
	for e := range n.Arcs {
		s.SetCost(e, n.Arcs[e].Cost)
	}
	if _, err := s.Resolve(ctx); err != nil {
		return err
	}
	amount := func(v int, q int64) {
		s.SetSupply(slack, n.Supply[slack]+n.Supply[v]-q)
		s.SetSupply(v, q)
		for e := first[v]; e < first[v+1]; e++ {
			s.SetUpper(e, q)
		}
	}
	price := func(v int, percent int64) {
		d := n.Arcs[first[v]].Cost * percent / 100
		for e := first[v]; e < first[v+1]-1; e++ {
			s.SetCost(e, n.Arcs[e].Cost+d)
		}
	}
	kinds := []struct {
		name string
		do   func(v int)
	}{
		{"quantity +50 %", func(v int) { amount(v, n.Supply[v]*3/2+1) }},
		{"quantity −50 %", func(v int) { amount(v, n.Supply[v]/2) }},
		{"withdrawn", func(v int) { amount(v, 0) }},
		{"price +10 %", func(v int) { price(v, 10) }},
		{"price −10 %", func(v int) { price(v, -10) }},
	}
	r := rand.New(rand.NewPCG(12, 34))
	result := map[string]warmth{}
	for _, kind := range kinds {
		var times []float64
		var w warmth
		var last *mincost.Result
		for range changes {
			v := r.IntN(offers)
			for first[v+1]-first[v] < 2 || n.Supply[v] == 0 {
				v = r.IntN(offers)
			}
			start := time.Now()
			kind.do(v)
			got, err := s.Resolve(ctx)
			if err != nil {
				return err
			}
			times = append(times, ms(time.Since(start)))
			w.Pivots += float64(got.Pivots) / float64(changes)
			last = got
		}
		if err := mincost.Certify(n, last); err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
		cold, err := mincost.Solve(ctx, n)
		if err != nil {
			return err
		}
		if cold.Cost.Cmp(last.Cost) != 0 {
			return fmt.Errorf("%s: warm %v, cold %v", kind.name, last.Cost, cold.Cost)
		}
		slices.Sort(times)
		for _, t := range times {
			w.Mean += t / float64(len(times))
		}
		w.P95, w.Max = times[len(times)*95/100], times[len(times)-1]
		result[kind.name] = w
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}
