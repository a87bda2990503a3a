package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// stand is everything that is built, filled and started for one run.
type stand struct {
	options
	root, dir string
	start     time.Time
	running   []*server
	sent      int

	rows          []row
	lite, pg      told // how our two sides were seeded
	ours, oursPG  *server
	pocket, peers *server
	pgURL         string
	pgPIDs        []int
	starts, idle  map[string][]float64 // ms, MB
	loaded        map[string]float64   // MB, the most
	shots         map[string][]shot
	sizes         map[string]int64
	notes         []string
	gone          map[string]bool // measurements that cannot be made
}

// told is what webbench says of a seeded place.
type told struct {
	Cookie, Token string
	Offers, Orgs  int
	Weeks         []string
	Org           int64
	Goods, Place  string // of an offer of that organisation
}

// row is an offer as webbench wrote it.
type row struct {
	Title, Folded, Coop, Goods, District, Week, From, To, Ref string
	Grams, Floor                                              int64
}

func (s *stand) bin(name string) string { return filepath.Join(s.dir, "bin", name) }
func (s *stand) in(name string) string  { return filepath.Join(s.dir, name) }

// prepare builds, fills and starts.
func (s *stand) prepare(ctx context.Context) error {
	s.starts, s.idle, s.loaded = map[string][]float64{}, map[string][]float64{}, map[string]float64{}
	s.shots, s.sizes = map[string][]shot{}, map[string]int64{}
	if err := s.build(ctx); err != nil {
		return err
	}
	if err := s.fill(ctx); err != nil {
		return err
	}
	for _, f := range []func(context.Context) error{s.serve, s.check} {
		if err := f(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *stand) build(ctx context.Context) error {
	s.say("building")
	if err := os.Setenv("CGO_ENABLED", "0"); err != nil {
		return err
	}
	args := []string{"build", "-trimpath", "-ldflags", "-s -w", "-o", s.in("bin") + string(filepath.Separator)}
	if _, err := s.output(ctx, s.root, "go", append(args, "./cmd/lienket", "./internal/app/webbench", "./internal/base/db/dbtest/pgcluster")...); err != nil {
		return err
	}
	if _, err := s.output(ctx, filepath.Join(s.root, "tools/benchweb"), "go", append(args, "./pocketbase", "./peer")...); err != nil {
		return err
	}
	for _, name := range []string{"lienket", "pocketbase"} {
		info, err := os.Stat(s.bin(name))
		if err != nil {
			return err
		}
		s.sizes[name] = info.Size()
	}
	return nil
}

func (s *stand) fill(ctx context.Context) error {
	if _, err := os.Stat(s.in("told.json")); err != nil {
		s.say("filling a data folder with %d synthetic offers", s.offers)
		out, err := s.output(ctx, s.dir, s.bin("webbench"), "seed", "-place", s.in("data"), "-offers", fmt.Sprint(s.offers), "-rows", s.in("rows.jsonl"))
		if err != nil {
			return err
		}
		if err := os.WriteFile(s.in("told.json"), []byte(out), 0o600); err != nil {
			return err
		}
	}
	if _, err := os.Stat(s.in("pb")); err != nil {
		s.say("filling PocketBase with the same")
		if _, err := s.output(ctx, s.dir, s.bin("pocketbase"), "fill", s.in("rows.jsonl"), "--dir", s.in("pb")); err != nil {
			return errors.Join(err, os.RemoveAll(s.in("pb")))
		}
	}
	raw, err := os.ReadFile(s.in("told.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &s.lite); err != nil {
		return err
	}
	f, err := os.Open(s.in("rows.jsonl"))
	if err != nil {
		return err
	}
	defer f.Close()
	for in := bufio.NewScanner(f); in.Scan(); {
		var r row
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			return err
		}
		s.rows = append(s.rows, r)
	}
	return s.fillPostgres(ctx)
}

// fillPostgres starts a private server that syncs as a real one does, and fills it.
func (s *stand) fillPostgres(ctx context.Context) error {
	if !s.usesPostgres() {
		return nil
	}
	p, err := s.startCmd("pgcluster", s.bin("pgcluster"), "-durable")
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(time.Minute); s.pgURL == ""; time.Sleep(50 * time.Millisecond) {
		raw, _ := os.ReadFile(s.in("pgcluster.log"))
		for _, l := range strings.Fields(string(raw)) {
			if strings.HasPrefix(l, "postgres://") {
				s.pgURL = l
			}
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			s.notes = append(s.notes, "PostgreSQL did not start: "+strings.TrimSpace(string(raw)))
			return ctx.Err()
		}
	}
	s.pgPIDs = []int{p.pid()}
	s.say("filling PostgreSQL with the same")
	out, err := s.output(ctx, s.dir, s.bin("webbench"), "seed", "-place", s.pgURL, "-offers", fmt.Sprint(s.offers))
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(out), &s.pg)
}

func (s *stand) usesPostgres() bool {
	for _, m := range s.measurements() {
		if m.postgres && s.wanted(m.name) {
			return true
		}
	}
	return false
}

func (s *stand) startOurs(name, where, value string) (*server, error) {
	addr, err := freePort()
	if err != nil {
		return nil, err
	}
	args := []string{"serve", where, value, "--addr", addr}
	if where == "--database" { // its key lies in a data folder all the same
		if err := os.MkdirAll(s.in("data-"+name), 0o700); err != nil {
			return nil, err
		}
		args = append(args, "--data", s.in("data-"+name))
	}
	p, err := s.startCmd(name, s.bin("lienket"), args...)
	if err == nil {
		p.url = "http://" + addr
	}
	return p, err
}

func (s *stand) startPocket() (*server, error) {
	addr, err := freePort()
	if err != nil {
		return nil, err
	}
	p, err := s.startCmd("pocketbase", s.bin("pocketbase"), "serve", "--dev=false", "--http", addr, "--dir", s.in("pb"))
	if err == nil {
		p.url = "http://" + addr
	}
	return p, err
}

// coldStarts measures from exec to the first list, and the memory two seconds later.
func (s *stand) coldStarts(ctx context.Context) error {
	if !s.wanted("start") && !s.wanted("memory") {
		return nil
	}
	s.say("starts")
	for range max(3, s.rounds) {
		for _, side := range []string{"lienket", "pocketbase"} {
			var p *server
			var err error
			path, head := "/signin", http.Header{}
			if side == "lienket" {
				p, err = s.startOurs("lienket", "--data", s.in("data"))
				path, head = listPath(s.pairs()[0], ""), s.cookie(s.lite)
			} else {
				p, err = s.startPocket()
				path = pocketList(s.pairs()[0], false)
			}
			if err != nil {
				return err
			}
			took, err := p.up(ctx, path, head)
			if err != nil {
				return err
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(2 * time.Second):
			}
			mb, err := rss(p.pid())
			if err != nil {
				return err
			}
			s.starts[side] = append(s.starts[side], float64(took)/1e6)
			s.idle[side] = append(s.idle[side], mb)
			s.stop(p)
		}
	}
	return nil
}

// serve starts all sides; they stand beside each other and are driven in turn.
func (s *stand) serve(ctx context.Context) (err error) {
	if s.ours, err = s.startOurs("lienket", "--data", s.in("data")); err != nil {
		return err
	}
	if s.pocket, err = s.startPocket(); err != nil {
		return err
	}
	addr, err := freePort()
	if err != nil {
		return err
	}
	args := []string{"-addr", addr}
	if s.pgURL != "" {
		args = append(args, "-postgres", s.pgURL, "-rows", s.in("rows.jsonl"))
		if s.oursPG, err = s.startOurs("lienket-postgres", "--database", s.pgURL); err != nil {
			return err
		}
	}
	if s.peers, err = s.startCmd("peer", s.bin("peer"), args...); err != nil {
		return err
	}
	s.peers.url = "http://" + addr
	for p, path := range map[*server]string{s.ours: "/signin", s.oursPG: "/signin", s.pocket: "/api/health", s.peers: "/fixed"} {
		if p == nil {
			continue
		}
		if _, err := p.up(ctx, path, nil); err != nil {
			return err
		}
	}
	if s.pgURL != "" {
		s.pgPIDs = family(s.pgPIDs[0])
	}
	return s.settle(ctx)
}

// settle waits until the sides have done what they do after a start: the search reads its
// documents, the trail is sealed.
func (s *stand) settle(ctx context.Context) error {
	s.say("waiting until the sides are idle")
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); {
		sum := func() (t time.Duration) {
			for _, p := range s.running {
				for _, d := range cpu(family(p.pid())) {
					t += d
				}
			}
			return t
		}
		before := sum()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Second):
		}
		if sum()-before < 200*time.Millisecond {
			return nil
		}
	}
	s.notes = append(s.notes, "the sides were not idle after two minutes")
	return nil
}

func machine() string {
	model := "unknown"
	raw, _ := os.ReadFile("/proc/cpuinfo")
	for _, l := range strings.Split(string(raw), "\n") {
		if k, v, ok := strings.Cut(l, ":"); ok && strings.TrimSpace(k) == "model name" {
			model = strings.TrimSpace(v)
			break
		}
	}
	return fmt.Sprintf("%d cores (%s), %s, %s/%s", runtime.NumCPU(), model, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
