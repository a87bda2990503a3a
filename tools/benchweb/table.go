package main

import (
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// goal is a line of the table: ours against a peer, by at least so much.
type goal struct {
	what, ours, peer string
	least            float64
}

// goals are those of the pages; docs/benchmarks.md says what stands behind each.
var goals = []goal{
	{"signed-in list, 50 of all, filter + sort, SQLite", "list/sqlite", "fixed", 0.12},
	{"the same against PocketBase's list", "list/sqlite", "list/pocketbase", 5},
	{"the same list on PostgreSQL", "list/postgres", "fixed", 0.12},
	{"public page", "public/signin", "fixed", 0.6},
	{"public page, not changed (304)", "public/304", "fixed", 0.9},
	{"REST list, 50 rows, SQLite", "rest/sqlite", "rest/pocketbase", 7},
	{"REST list, 50 rows, PostgreSQL", "rest/postgres", "rest/pocketbase", 7},
	{"durable create with audit and search rows, SQLite", "create/sqlite", "create/pocketbase", 3},
	{"the same on PostgreSQL", "create/postgres", "create/pocketbase", 1.5},
	{"ranked search without marks, whole page", "search/sqlite", "search/pocketbase", 10},
	{"the same against PostgreSQL's ts_rank", "search/sqlite", "search/postgres", 5},
}

func (s *stand) print(w io.Writer) {
	commit, _ := exec.Command("git", "-C", s.root, "rev-parse", "--short", "HEAD").Output()
	fmt.Fprintf(w, "%s, commit %s, %s; %d synthetic offers, %d connections, %d rounds of %d s, medians; load generator on the same cores.\n\n",
		time.Now().UTC().Format("2006-01-02 15:04 UTC"), strings.TrimSpace(string(commit)), machine(), s.offers, s.clients, s.rounds, s.seconds)
	fmt.Fprintln(w, "| what | ours, req/s | µs CPU a request | p99, ms | of the fixed page | against | its req/s | ratio | goal | |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|")
	for _, g := range goals {
		ours, peer, fixed := s.rps(g.ours), s.rps(g.peer), s.rps("fixed")
		if ours == 0 || peer == 0 {
			continue
		}
		own, behind := s.micros(g.ours)
		micros := fmt.Sprintf("%.0f", own)
		if behind > 0 {
			micros += fmt.Sprintf(" + %.0f", behind)
		}
		against := "the fixed page"
		if g.peer != "fixed" {
			_, against, _ = strings.Cut(g.peer, "/")
		}
		fmt.Fprintf(w, "| %s | %.0f | %s | %.1f | %.3f | %s | %.0f | %.2f | ≥ %g | %s |\n", g.what, ours, micros, s.p99(g.ours), ours/fixed, against, peer, ours/peer, g.least, reached(ours/peer >= g.least))
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, "| what | ours | peer | ratio | goal | |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|")
	below := func(what, unit string, ours, peer, most float64) {
		if ours > 0 && peer > 0 {
			fmt.Fprintf(w, "| %s | %.1f %s | %.1f %s | %.2f | ≤ %g | %s |\n", what, ours, unit, peer, unit, ours/peer, most, reached(ours/peer <= most))
		}
	}
	below("start to the first list", "ms", median(s.starts["lienket"]), median(s.starts["pocketbase"]), 0.5)
	below("memory, idle", "MB", median(s.idle["lienket"]), median(s.idle["pocketbase"]), 0.5)
	if len(s.shots["list/sqlite"]) > 0 && len(s.shots["list/pocketbase"]) > 0 {
		below("memory, the most under load", "MB", s.loaded["lienket"], s.loaded["pocketbase"], 0.7)
	}
	if n := float64(s.sizes["lienket"]) / 1e6; n > 0 {
		fmt.Fprintf(w, "| program file, stripped | %.1f MB | %.1f MB | %.2f | ≤ 40 MB | %s |\n", n, float64(s.sizes["pocketbase"])/1e6, n*1e6/float64(s.sizes["pocketbase"]), reached(n <= 40))
	}
	for _, n := range s.notes {
		fmt.Fprintf(w, "\n%s.\n", strings.TrimSuffix(n, "."))
	}
}

func reached(ok bool) string {
	if ok {
		return "reached"
	}
	return "**missed**"
}
