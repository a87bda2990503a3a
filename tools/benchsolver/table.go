package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
)

type measurement struct {
	name, size string
	sides      []*contender
	warm       map[string]warmth
}

// agree says whether all sides that came to an end found the same optimum.
func (m *measurement) agree() error {
	cost, who := "", ""
	for _, c := range m.sides {
		if c.failed != nil {
			return c.failed
		}
		for _, a := range c.runs {
			if who == "" {
				cost, who = a.Cost, c.name
			}
			if a.Cost != cost {
				return fmt.Errorf("%s: %s found %s, %s found %s", m.name, who, cost, c.name, a.Cost)
			}
		}
	}
	return nil
}

// table writes Markdown, a row as soon as it is known.
type table struct {
	w     io.Writer
	later []measurement // those with warm starts
	logs  []float64     // of the ratios on generic instances
	worst float64
}

func newTable(w io.Writer) *table {
	fmt.Fprintln(w, "| instance | nodes / arcs | mincost CPU / wall ms | best of LEMON, plain | best of LEMON, split | × plain, CPU (wall) | × split, CPU (wall) | MB above the input | LEMON MB |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|")
	return &table{w: w, worst: math.Inf(1)}
}

func cpuOf(a answer) float64  { return a.CPU }
func wallOf(a answer) float64 { return a.Wall }

func (t *table) row(m *measurement) {
	own := m.sides[0]
	if len(own.runs) == 0 {
		fmt.Fprintf(t.w, "| %s | %s | not measured |\n", m.name, m.size)
		return
	}
	plain, split := best(m.sides[1:3]), best(m.sides[3:])
	extra := own.median(func(a answer) float64 { return float64(a.PeakKB-a.BaseKB) / 1024 })
	peer := math.Inf(1)
	for _, c := range m.sides[1:] {
		if len(c.runs) > 0 {
			peer = min(peer, c.median(func(a answer) float64 { return float64(a.PeakKB) / 1024 }))
		}
	}
	fmt.Fprintf(t.w, "| %s | %s | %.1f / %.1f | %s | %s | %s | %s | %.0f | %.0f |\n", m.name, m.size,
		own.median(cpuOf), own.median(wallOf), say(plain), say(split), ratio(plain, own), ratio(split, own), extra, peer)
	if plain != nil && !strings.HasPrefix(m.name, "market-") {
		x := plain.median(cpuOf) / own.median(cpuOf)
		t.logs, t.worst = append(t.logs, math.Log(x)), min(t.worst, x)
	}
}

// best is the contender with the least CPU time that came to an end, nil if none did.
func best(sides []*contender) *contender {
	var b *contender
	for _, c := range sides {
		if len(c.runs) > 0 && (b == nil || c.median(cpuOf) < b.median(cpuOf)) {
			b = c
		}
	}
	return b
}

func say(c *contender) string {
	if c == nil {
		return "–"
	}
	return fmt.Sprintf("%.1f (%s)", c.median(cpuOf), c.name)
}

func ratio(c, own *contender) string {
	if c == nil {
		return "–"
	}
	return fmt.Sprintf("%.2f (%.2f)", c.median(cpuOf)/own.median(cpuOf), c.median(wallOf)/own.median(wallOf))
}

func (t *table) end() {
	if len(t.logs) > 0 {
		sum := 0.0
		for _, x := range t.logs {
			sum += x
		}
		fmt.Fprintf(t.w, "\nGeneric instances: geometric mean %.2f, worst %.2f (CPU).\n", math.Exp(sum/float64(len(t.logs))), t.worst)
	}
	if len(t.later) == 0 {
		return
	}
	fmt.Fprintln(t.w, "\nOne offer changed, solved again from the last answer (equal to the cold optimum):")
	fmt.Fprintln(t.w, "\n| instance | change | mean ms | p95 ms | worst ms | pivots |\n|---|---|---|---|---|---|")
	for _, m := range t.later {
		for _, kind := range slices.Sorted(maps.Keys(m.warm)) {
			w := m.warm[kind]
			fmt.Fprintf(t.w, "| %s | %s | %.3f | %.3f | %.3f | %.1f |\n", m.name, kind, w.Mean, w.P95, w.Max, w.Pivots)
		}
	}
}
