package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// answer is what every side prints.
type answer struct {
	OK     bool    `json:"ok"`
	Cost   string  `json:"cost"`
	CPU    float64 `json:"cpu_ms"`
	Wall   float64 `json:"wall_ms"`
	PeakKB int64   `json:"peak_kb"`
	BaseKB int64   `json:"base_kb"` // before solving, with the network in memory
}

// contender is one way to solve an instance, in a process of its own.
type contender struct {
	name    string
	command []string
	runs    []answer
	late    bool // ran into its time limit: never tried again
	failed  error
}

// sidesOf lists who solves an instance. Capacities of markets are redundant and may be
// dropped; elsewhere LEMON is called plainly only.
func sidesOf(name, self, lemon string) []*contender {
	sides := []*contender{
		{name: "mincost", command: []string{self, "-side", "solve"}},
		{name: "NS", command: []string{lemon, "ns"}},
		{name: "COS", command: []string{lemon, "cos"}},
	}
	if strings.HasPrefix(name, "market-") {
		sides = append(sides,
			&contender{name: "split NS, free", command: []string{lemon, "split-free"}},
			&contender{name: "split COS", command: []string{lemon, "split-cos"}})
	}
	return sides
}

func (c *contender) measure(ctx context.Context, file string, limit time.Duration) {
	if c.late || c.failed != nil {
		return
	}
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(timed, c.command[0], append(c.command[1:], file)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if timed.Err() != nil {
		c.late = true
		return
	}
	var a answer
	if err == nil {
		err = json.Unmarshal(out, &a)
	}
	if err == nil && !a.OK {
		err = fmt.Errorf("no optimum found")
	}
	if err != nil {
		c.failed = fmt.Errorf("%s on %s: %w %s", c.name, file, err, errs.String())
		return
	}
	c.runs = append(c.runs, a)
}

func (c *contender) median(of func(answer) float64) float64 {
	var x []float64
	for _, a := range c.runs {
		x = append(x, of(a))
	}
	if len(x) == 0 {
		return 0
	}
	slices.Sort(x)
	return x[len(x)/2]
}

// warmth is what one kind of change costs, in milliseconds of wall time.
type warmth struct {
	Mean, P95, Max float64
	Pivots         float64 // per change
}

func warmed(ctx context.Context, self, file string, changes int) (map[string]warmth, error) {
	cmd := exec.CommandContext(ctx, self, "-side", "warm", "-warm", strconv.Itoa(changes), file)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("warm start on %s: %w", file, err)
	}
	w := map[string]warmth{}
	return w, json.Unmarshal(out, &w)
}
