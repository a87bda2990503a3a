package backup_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/backup"
	"github.com/lienket/lienket/internal/base/blob"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/schema"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func key(err error) string {
	var e *fault.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return fmt.Sprint(err)
}

func open(t testing.TB, dir string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), dir)
	must(t, err)
	t.Cleanup(func() { d.Close() })
	must(t, schema.Migrate(context.Background(), d))
	return d
}

func note(d *db.DB, object string) error {
	return d.InTx(context.Background(), func(tx *db.Tx) error {
		return audit.Note(tx, audit.Entry{Actor: "account:1", Action: "x.y", Object: object})
	})
}

func newest(t testing.TB, d *db.DB) int64 {
	t.Helper()
	v, err := d.Version(context.Background())
	must(t, err)
	return v
}

// objects lists what the trail of a database holds.
func objects(t testing.TB, d *db.DB) map[string]int {
	t.Helper()
	all := map[string]int{}
	must(t, d.Read(context.Background(), func(tx *db.Tx) error {
		rows, err := tx.Query(`select object from audit_entry`)
		if err != nil {
			return err
		}
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				return err
			}
			all[s]++
		}
		return rows.Err()
	}))
	return all
}

func TestMake_UnderEightWriters(t *testing.T) {
	rounds := 2
	if os.Getenv("LIENKET_LONG") != "" {
		rounds = 100
	}
	data := filepath.Join(t.TempDir(), "data")
	d := open(t, data)
	must(t, os.WriteFile(filepath.Join(data, "other.key"), []byte("secret"), 0o600))
	ctx, stop := context.WithCancel(t.Context())
	sealer := audit.NewSealer(d, filepath.Join(data, "audit"), slog.New(slog.DiscardHandler))
	var work sync.WaitGroup
	work.Go(func() {
		for ctx.Err() == nil {
			if _, err := sealer.Seal(context.Background()); err != nil {
				t.Error(err)
			}
			if _, err := sealer.Sign(context.Background()); err != nil {
				t.Error(err)
			}
		}
	})
	var mu sync.Mutex
	var acked []string
	var serial atomic.Int64
	for range 8 {
		work.Go(func() {
			for ctx.Err() == nil {
				name := fmt.Sprintf("thing/%d", serial.Add(1))
				if err := note(d, name); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				acked = append(acked, name)
				mu.Unlock()
			}
		})
	}
	for i := range rounds {
		time.Sleep(100 * time.Millisecond)
		mu.Lock()
		before := append([]string(nil), acked...)
		mu.Unlock()
		path, m, err := backup.Make(t.Context(), backup.Source{DB: d, Folder: data, Program: "test"}, filepath.Join(t.TempDir(), fmt.Sprint(i))+"/")
		must(t, err)
		target := filepath.Join(t.TempDir(), "restored")
		got, err := backup.Restore(t.Context(), path, backup.Target{Folder: target, Newest: newest(t, d)})
		must(t, err)
		if got.Rows["audit_entry"] != m.Rows["audit_entry"] || len(m.Files) < 4 {
			t.Errorf("manifest %+v", got)
		}
		r := open(t, target)
		there := objects(t, r)
		for _, name := range before {
			if there[name] != 1 {
				t.Fatalf("%s was acknowledged before the backup and is there %d times", name, there[name])
			}
		}
		if int64(len(there)) != m.Rows["audit_entry"] {
			t.Errorf("%d entries restored, %d in the manifest", len(there), m.Rows["audit_entry"])
		}
		if b, err := os.ReadFile(filepath.Join(target, "other.key")); err != nil || string(b) != "secret" {
			t.Errorf("another file of the folder: %q, %v", b, err)
		}
		rep, err := audit.Check(t.Context(), r, audit.CheckOptions{Dir: filepath.Join(target, "audit")})
		must(t, err)
		if len(rep.Findings) > 0 || rep.Public == "" {
			t.Errorf("the restored trail: %+v", rep.Findings)
		}
		t.Logf("%d acknowledged before, %d restored, %d checkpoints", len(before), len(there), rep.Points)
		// And life goes on: it seals and signs with the restored key.
		must(t, note(r, "after/1"))
		again := audit.NewSealer(r, filepath.Join(target, "audit"), slog.New(slog.DiscardHandler))
		endLease(t, r)
		if _, err := again.Seal(t.Context()); err != nil {
			t.Error(err)
		}
		must(t, r.Close())
	}
	stop()
	work.Wait()
}

// endLease: the lease of the process that was backed up was restored too. Nobody holds it
// here, so it is taken away instead of waiting for.
func endLease(t testing.TB, d *db.DB) {
	t.Helper()
	must(t, d.InTx(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(`delete from audit_lease`); return err }))
}

// sample is a small backup with a file in the database.
func sample(t *testing.T) (path string, schema int64) {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	d := open(t, data)
	must(t, note(d, "thing/1"))
	must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
		_, err := blob.Put(tx, blob.New{Owner: "thing/1", Name: "a.txt", Data: []byte(strings.Repeat("bưởi ", 1000)), By: "account:1"})
		return err
	}))
	s := audit.NewSealer(d, filepath.Join(data, "audit"), slog.New(slog.DiscardHandler))
	_, err := s.Seal(t.Context())
	must(t, err)
	_, err = s.Sign(t.Context())
	must(t, err)
	path, _, err = backup.Make(t.Context(), backup.Source{DB: d, Folder: data, Program: "test"}, filepath.Join(t.TempDir(), "b.zip"))
	must(t, err)
	return path, newest(t, d)
}

func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	all, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range all {
		if e.Name() != "bad.zip" {
			t.Errorf("a refused restore left %s", e.Name())
		}
	}
}

func TestRestore_ErrCutOff(t *testing.T) {
	path, schema := sample(t)
	whole, err := os.ReadFile(path)
	must(t, err)
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.zip")
	step := len(whole)/150 + 1
	var lengths []int
	for n := 0; n < len(whole); n += step {
		lengths = append(lengths, n)
	}
	for n := len(whole) - 120; n < len(whole); n++ {
		lengths = append(lengths, n)
	}
	for _, n := range lengths {
		must(t, os.WriteFile(bad, whole[:n], 0o600))
		_, err := backup.Restore(t.Context(), bad, backup.Target{Folder: filepath.Join(dir, "to"), Newest: schema})
		if k := key(err); k != "backup.fault.cut_off" && (n >= 4 || k != "backup.fault.no_backup") {
			t.Errorf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
	nothingLeft(t, dir)
}

func TestRestore_ErrFlippedBit(t *testing.T) {
	flips := 300
	if os.Getenv("LIENKET_LONG") != "" {
		flips = 20_000
	}
	path, schema := sample(t)
	whole, err := os.ReadFile(path)
	must(t, err)
	good := append([]byte(nil), whole...)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d bytes", seed, len(whole))
	rnd := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.zip")
	told := map[string]int{}
	for i := range flips {
		at := rnd.IntN(len(whole))
		if i < len(whole) && i%2 == 0 { // the frame is short and must not be missed
			at = len(whole) - 1 - i%600
		}
		whole[at] ^= 1 << rnd.IntN(8)
		must(t, os.WriteFile(bad, whole, 0o600))
		_, err := backup.Restore(t.Context(), bad, backup.Target{Folder: filepath.Join(dir, "to"), Newest: schema})
		k := key(err)
		if !strings.HasPrefix(k, "backup.fault.") {
			t.Fatalf("a flip at byte %d: %v", at, err)
		}
		told[k]++
		copy(whole, good)
	}
	if told["backup.fault.damaged"] == 0 {
		t.Errorf("no flip named its part: %v", told)
	}
	t.Log(told)
	nothingLeft(t, dir)
}

func TestRestore_ErrNamesTheDamagedPart(t *testing.T) {
	path, schema := sample(t)
	b, err := os.ReadFile(path)
	must(t, err)
	i := strings.Index(string(b), "lienket.db")
	b[i+500] ^= 4 // inside the packed database
	must(t, os.WriteFile(path, b, 0o600))
	_, err = backup.Restore(t.Context(), path, backup.Target{Folder: filepath.Join(t.TempDir(), "to"), Newest: schema})
	var e *fault.Error
	if !errors.As(err, &e) || e.Key != "backup.fault.damaged" || !strings.Contains(fmt.Sprint(e.Args), "lienket.db") {
		t.Errorf("%v", err)
	}
}

func TestRestore_ErrTarget(t *testing.T) {
	path, schema := sample(t)
	full := t.TempDir()
	must(t, os.WriteFile(filepath.Join(full, "x"), nil, 0o600))
	empty := filepath.Join(t.TempDir(), "empty")
	must(t, os.Mkdir(empty, 0o700))
	for _, c := range []struct {
		name   string
		path   string
		target backup.Target
		want   string
	}{
		{"folder with something in it", path, backup.Target{Folder: full, Newest: schema}, "backup.fault.folder_not_empty"},
		{"older program", path, backup.Target{Folder: empty, Newest: schema - 1}, "backup.fault.newer_schema"},
		{"other engine", path, backup.Target{Folder: empty, Newest: schema, URL: "postgres://x/y"}, "backup.fault.needs_folder"},
		{"no backup", filepath.Join(full, "x"), backup.Target{Folder: empty, Newest: schema}, "backup.fault.no_backup"},
	} {
		if _, err := backup.Restore(t.Context(), c.path, c.target); key(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if _, err := backup.Restore(t.Context(), path, backup.Target{Folder: empty, Newest: schema}); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
	if objects(t, open(t, empty))["thing/1"] != 1 {
		t.Error("the entry is not there")
	}
}

func TestMake_ErrDestination(t *testing.T) {
	d := open(t, t.TempDir())
	file := filepath.Join(t.TempDir(), "there.zip")
	must(t, os.WriteFile(file, []byte("keep me"), 0o600))
	if _, _, err := backup.Make(t.Context(), backup.Source{DB: d}, file); key(err) != "backup.fault.exists" {
		t.Errorf("over a file: %v", err)
	}
	if b, _ := os.ReadFile(file); string(b) != "keep me" {
		t.Error("the file was overwritten")
	}
	if all, _ := os.ReadDir(filepath.Dir(file)); len(all) != 1 {
		t.Errorf("%d files left", len(all))
	}
}

func TestBackup_Postgres(t *testing.T) {
	from := dbtest.Postgres(t)
	if _, err := exec.LookPath("pg_dump"); err != nil {
		if all, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump"); len(all) == 0 {
			t.Skip("no client tools of PostgreSQL")
		}
	}
	url := func(d *db.DB) string {
		var name string
		must(t, d.Read(t.Context(), func(tx *db.Tx) error { return tx.QueryRow(`select current_database()`).Scan(&name) }))
		u, err := neturl.Parse(os.Getenv(dbtest.Env))
		must(t, err)
		u.Path = "/" + name
		return u.String()
	}
	must(t, note(from, "thing/1"))
	data := filepath.Join(t.TempDir(), "data")
	s := audit.NewSealer(from, filepath.Join(data, "audit"), slog.New(slog.DiscardHandler))
	_, err := s.Seal(t.Context())
	must(t, err)
	_, err = s.Sign(t.Context())
	must(t, err)
	path, m, err := backup.Make(t.Context(), backup.Source{DB: from, URL: url(from), Folder: data}, filepath.Join(t.TempDir(), "b.zip"))
	must(t, err)
	if m.Engine != db.Postgres {
		t.Errorf("%+v", m)
	}
	target := backup.Target{Folder: filepath.Join(t.TempDir(), "to"), Newest: newest(t, from), URL: url(from)}
	if _, err := backup.Restore(t.Context(), path, target); key(err) != "backup.fault.database_not_empty" {
		t.Errorf("into a database in use: %v", err)
	}
	to := dbtest.Postgres(t)
	must(t, to.InTx(t.Context(), func(tx *db.Tx) error {
		if _, err := tx.Exec(`drop schema public cascade`); err != nil {
			return err
		}
		_, err := tx.Exec(`create schema public`)
		return err
	}))
	target.URL = url(to)
	_, err = backup.Restore(t.Context(), path, target)
	must(t, err)
	if objects(t, to)["thing/1"] != 1 {
		t.Error("the entry is not there")
	}
	rep, err := audit.Check(t.Context(), to, audit.CheckOptions{Dir: filepath.Join(target.Folder, "audit")})
	must(t, err)
	if len(rep.Findings) > 0 || rep.Points != 1 {
		t.Errorf("%+v", rep)
	}
}
