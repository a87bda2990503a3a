package audit_test

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/schema"
)

// scene is a sealed and signed trail as files: the database and its audit folder. Twelve
// checkpoints cover its first 60 entries, a copy of the time before is kept beside it.
type scene struct{ now, before string }

const (
	entries = 60
	signs   = 12
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newScene(t *testing.T) scene {
	t.Helper()
	s := scene{t.TempDir(), t.TempDir()}
	at := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	d, err := db.Open(t.Context(), s.now, db.Clock(func() time.Time { at = at.Add(time.Second); return at }))
	must(t, err)
	must(t, schema.Migrate(t.Context(), d))
	sealer := audit.NewSealer(d, filepath.Join(s.now, "audit"), slog.New(slog.DiscardHandler))
	for i := range entries {
		must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
			return audit.Note(tx, audit.Entry{
				Actor: fmt.Sprintf("account:%d", i%5), Action: "offer.save", Object: fmt.Sprintf("offer:%d", i%7),
				Before: map[string]any{"grams": i}, After: map[string]any{"grams": i + 1},
			})
		}))
		if i%(entries/signs) == entries/signs-1 {
			_, err := sealer.Seal(t.Context())
			must(t, err)
			done, err := sealer.Sign(t.Context())
			must(t, err)
			if !done {
				t.Fatal("no checkpoint was written")
			}
		}
		if i == entries/2 {
			must(t, d.Close())
			copyDir(t, s.now, s.before)
			at = at.Add(time.Minute) // the lease of the first process runs out
			d, err = db.Open(t.Context(), s.now, db.Clock(func() time.Time { at = at.Add(time.Second); return at }))
			must(t, err)
			sealer = audit.NewSealer(d, filepath.Join(s.now, "audit"), slog.New(slog.DiscardHandler))
		}
	}
	must(t, d.Close())
	return s
}

func copyDir(t testing.TB, from, to string) {
	t.Helper()
	must(t, filepath.WalkDir(from, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(from, p)
		if e.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o600)
	}))
}

func check(t testing.TB, dir string, o audit.CheckOptions) audit.Report {
	t.Helper()
	d, err := db.Open(context.Background(), dir)
	must(t, err)
	defer d.Close()
	if o.Dir == "" {
		o.Dir = filepath.Join(dir, "audit")
	}
	r, err := audit.Check(context.Background(), d, o)
	must(t, err)
	return r
}

func keys(r audit.Report) string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, f.Key)
	}
	return strings.Join(all, " ")
}

// attacker has the database file and no rules.
type attacker struct {
	*sql.DB
	t   testing.TB
	dir string
	rnd *rand.Rand
}

func (a *attacker) exec(q string, args ...any) {
	a.t.Helper()
	if _, err := a.Exec(q, args...); err != nil {
		a.t.Fatal(err)
	}
}

func (a *attacker) int(q string, args ...any) (n int64) {
	a.t.Helper()
	must(a.t, a.QueryRow(q, args...).Scan(&n))
	return n
}

func (a *attacker) anySeq() int64 { return 1 + a.rnd.Int64N(entries) }

// rechain builds all hashes from a seal on anew.
func (a *attacker) rechain(from int64) {
	a.t.Helper()
	prev := ""
	if from > 1 {
		must(a.t, a.QueryRow(`select hash from audit_seal where seq = $1`, from-1).Scan(&prev))
	}
	rows, err := a.Query(`select s.seq, s.sealed_at, e.id, e.at, e.actor, e.action, e.object, cast(e.before as text), cast(e.after as text)
		from audit_seal s join audit_entry e on e.id = s.entry_id where s.seq >= $1 order by s.seq`, from)
	must(a.t, err)
	hashes := map[int64]string{}
	for rows.Next() {
		var seq, id int64
		var sealedAt, at, actor, action, object string
		var before, after *string
		must(a.t, rows.Scan(&seq, &sealedAt, &id, &at, &actor, &action, &object, &before, &after))
		prev = audit.Chain(prev, seq, sealedAt, id, at, actor, action, object, before, after)
		hashes[seq] = prev
	}
	must(a.t, rows.Err())
	for seq, h := range hashes {
		a.exec(`update audit_seal set hash = $2 where seq = $1`, seq, h)
	}
}

// setBack takes all that is newer away, without a gap.
func (a *attacker) setBack(to int64) {
	a.exec(`delete from audit_seal where seq > $1`, to)
	a.exec(`delete from audit_entry where id > $1`, to)
	a.exec(`delete from audit_checkpoint where seq > $1`, to)
}

func (a *attacker) checkpointFile() string {
	all, err := filepath.Glob(filepath.Join(a.dir, "audit", "*.checkpoint"))
	must(a.t, err)
	return all[0]
}

func (a *attacker) editCheckpoints(f func(lines []string) []string) {
	b, err := os.ReadFile(a.checkpointFile())
	must(a.t, err)
	lines := f(strings.Split(strings.TrimSuffix(string(b), "\n"), "\n"))
	must(a.t, os.WriteFile(a.checkpointFile(), []byte(strings.Join(lines, "\n")+"\n"), 0o600))
}

var attacks = map[string]struct {
	do  func(a *attacker)
	say string // one of these must be among the findings
}{
	"changed": {func(a *attacker) {
		change := []string{
			`at = '2026-11-24T01:00:00.000000Z'`, `actor = 'account:99'`, `action = 'offer.look'`, `object = 'offer:99'`,
			`before = null`, `after = '{"grams": 5}'`, `after = '{"grams":  5}'`,
		}[a.rnd.IntN(7)]
		id := a.anySeq()
		a.exec(`update audit_entry set `+change+` where id = $1`, id)
	}, "changed"},

	"removed": {func(a *attacker) {
		id := a.anySeq()
		a.exec(`delete from audit_entry where id = $1`, id)
		switch a.rnd.IntN(3) {
		case 1: // with its seal
			a.exec(`delete from audit_seal where entry_id = $1`, id)
		case 2: // and the gap closed
			a.exec(`delete from audit_seal where entry_id = $1`, id)
			for seq := id + 1; seq <= entries; seq++ {
				a.exec(`update audit_seal set seq = seq - 1 where seq = $1`, seq)
			}
		}
	}, "entry_removed seals_missing changed rolled_back"},

	"inserted": {func(a *attacker) {
		a.exec(`insert into audit_entry (at, actor, action, object) values ('2026-11-24T01:00:09.000000Z', 'account:1', 'offer.save', 'offer:1')`)
		id := a.int(`select max(id) from audit_entry`)
		seq := a.anySeq()
		for s := int64(entries); s >= seq; s-- {
			a.exec(`update audit_seal set seq = seq + 1 where seq = $1`, s)
		}
		a.exec(`insert into audit_seal (seq, entry_id, hash, sealed_at) select $1, $2, hash, sealed_at from audit_seal where seq = $3`, seq, id, seq%entries+1)
	}, "changed"},

	"reordered": {func(a *attacker) {
		x := 1 + a.rnd.Int64N(entries-1)
		y := x + 1 + a.rnd.Int64N(entries-x)
		ex, ey := a.int(`select entry_id from audit_seal where seq = $1`, x), a.int(`select entry_id from audit_seal where seq = $1`, y)
		a.exec(`update audit_seal set entry_id = -1 where seq = $1`, x)
		a.exec(`update audit_seal set entry_id = $2 where seq = $1`, y, ex)
		a.exec(`update audit_seal set entry_id = $2 where seq = $1`, x, ey)
		if a.rnd.IntN(2) == 0 {
			a.exec(`update audit_seal set hash = case seq when $1 then (select hash from audit_seal where seq = $2)
				else (select hash from audit_seal where seq = $1) end where seq in ($1, $2)`, x, y)
		}
	}, "reordered changed"},

	"rechained": {func(a *attacker) {
		id := a.anySeq()
		a.exec(`update audit_entry set after = '{"grams": 999}' where id = $1`, id)
		a.rechain(id)
	}, "rechained"},

	"checkpoint": {func(a *attacker) {
		switch a.rnd.IntN(6) {
		case 0: // the file is gone
			must(a.t, os.Remove(a.checkpointFile()))
		case 1: // one line is gone
			a.editCheckpoints(func(l []string) []string { i := a.rnd.IntN(len(l)); return append(l[:i:i], l[i+1:]...) })
		case 2: // a figure is changed
			a.editCheckpoints(func(l []string) []string {
				i := a.rnd.IntN(len(l))
				l[i] = strings.Replace(l[i], "seq=", "seq=1", 1)
				return l
			})
		case 3: // signed with another key
			other := filepath.Join(a.t.TempDir(), "k")
			_, err := audit.MakeKey(other)
			must(a.t, err)
			a.editCheckpoints(func(l []string) []string {
				i := a.rnd.IntN(len(l))
				l[i] = audit.Resign(other, l[i])
				return l
			})
		case 4: // the folder, key and all, is gone
			must(a.t, os.RemoveAll(filepath.Join(a.dir, "audit")))
		case 5: // two lines change places
			a.editCheckpoints(func(l []string) []string {
				i := a.rnd.IntN(len(l) - 1)
				l[i], l[i+1] = l[i+1], l[i]
				return l
			})
		}
	}, "point_missing point_lost point_forged folder_empty point_link"},

	"rolled back": {func(a *attacker) {
		a.setBack(entries - a.anySeq())
	}, "rolled_back"},
}

func TestCheck_SevenAttacks(t *testing.T) {
	rounds := 12
	if os.Getenv("LIENKET_LONG") != "" {
		rounds = 1000
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	s := newScene(t)
	if r := check(t, s.now, audit.CheckOptions{}); len(r.Findings) > 0 || r.Sealed != entries || r.Points != signs {
		t.Fatalf("before any attack: %+v", r)
	}
	for name, at := range attacks {
		t.Run(name, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, uint64(len(name))))
			for i := range rounds {
				dir := filepath.Join(t.TempDir(), fmt.Sprint(i))
				copyDir(t, s.now, dir)
				p, err := sql.Open("sqlite", filepath.Join(dir, "lienket.db"))
				must(t, err)
				at.do(&attacker{DB: p, t: t, dir: dir, rnd: rnd})
				must(t, p.Close())
				r := check(t, dir, audit.CheckOptions{})
				found := false
				for _, want := range strings.Fields(at.say) {
					found = found || strings.Contains(keys(r), "audit.check."+want)
				}
				if !found {
					t.Fatalf("round %d: found %q, want one of %q", i, keys(r), at.say)
				}
				os.RemoveAll(dir)
			}
		})
	}
}

// The database of yesterday under the checkpoints of today.
func TestCheck_DatabaseSetBack(t *testing.T) {
	s := newScene(t)
	dir := t.TempDir()
	copyDir(t, s.now, dir)
	b, err := os.ReadFile(filepath.Join(s.before, "lienket.db"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "lienket.db"), b, 0o600))
	if r := check(t, dir, audit.CheckOptions{}); !strings.Contains(keys(r), "rolled_back") {
		t.Errorf("found %q", keys(r))
	}
	// Going on from there does not heal it, and the sealer says why it does not sign.
	d, err := db.Open(t.Context(), dir)
	must(t, err)
	must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
		return audit.Note(tx, audit.Entry{Actor: "a", Action: "b", Object: "c"})
	}))
	sealer := audit.NewSealer(d, filepath.Join(dir, "audit"), slog.New(slog.DiscardHandler))
	if n, err := sealer.Seal(t.Context()); n == 0 || err != nil {
		t.Errorf("sealed %d, %v", n, err)
	}
	if _, err := sealer.Sign(t.Context()); err == nil || !strings.Contains(err.Error(), "audit.seal.behind") {
		t.Errorf("signing over newer checkpoints: %v", err)
	}
	must(t, d.Close())
	if r := check(t, dir, audit.CheckOptions{}); !strings.Contains(keys(r), "rolled_back") {
		t.Errorf("after going on: %q", keys(r))
	}
}

// Whoever has database, folder and key can rewrite both; a copy kept elsewhere and the
// public key on paper show it.
func TestCheck_AgainstWhatIsKeptElsewhere(t *testing.T) {
	s := newScene(t)
	elsewhere := t.TempDir()
	copyDir(t, filepath.Join(s.now, "audit"), elsewhere)
	public := check(t, s.now, audit.CheckOptions{}).Public

	all := t.TempDir()
	copyDir(t, s.now, all)
	p, err := sql.Open("sqlite", filepath.Join(all, "lienket.db"))
	must(t, err)
	a := &attacker{DB: p, t: t, dir: all, rnd: rand.New(rand.NewPCG(1, 1))}
	a.setBack(entries / 2)
	left := a.int(`select count(*) from audit_checkpoint`)
	a.editCheckpoints(func(l []string) []string { return l[:left] })
	must(t, p.Close())
	if r := check(t, all, audit.CheckOptions{}); len(r.Findings) > 0 {
		t.Fatalf("the test's attack leaves traces: %q", keys(r))
	}
	if r := check(t, all, audit.CheckOptions{Copy: elsewhere}); !strings.Contains(keys(r), "copy_ahead") {
		t.Errorf("against the copy: %q", keys(r))
	}

	must(t, os.Remove(filepath.Join(all, "audit", "sealing.key")))
	must(t, os.Remove(filepath.Join(all, "audit", "sealing.pub")))
	_, err = audit.MakeKey(filepath.Join(all, "audit"))
	must(t, err)
	a.editCheckpoints(func(l []string) []string {
		for i := range l {
			l[i] = audit.Resign(filepath.Join(all, "audit"), l[i])
		}
		return l
	})
	if r := check(t, all, audit.CheckOptions{Public: public}); !strings.Contains(keys(r), "key_changed") {
		t.Errorf("against the noted key: %q", keys(r))
	}
	if r := check(t, s.now, audit.CheckOptions{Public: public, Copy: elsewhere}); len(r.Findings) > 0 {
		t.Errorf("the true one: %q", keys(r))
	}
}

// An entry written in afterwards with an old date is sealed like any other; its date tells.
func TestCheck_WrittenInAfterwards(t *testing.T) {
	s := newScene(t)
	p, err := sql.Open("sqlite", filepath.Join(s.now, "lienket.db"))
	must(t, err)
	_, err = p.Exec(`insert into audit_entry (at, actor, action, object) values ('2026-11-20T01:00:09.000000Z', 'account:1', 'offer.save', 'offer:1')`)
	must(t, err)
	must(t, p.Close())
	d, err := db.Open(t.Context(), s.now)
	must(t, err)
	_, err = audit.NewSealer(d, "", slog.New(slog.DiscardHandler)).Seal(t.Context())
	must(t, err)
	must(t, d.Close())
	if r := check(t, s.now, audit.CheckOptions{}); keys(r) != "audit.check.late" {
		t.Errorf("found %q", keys(r))
	}
}
