package dbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/schema"
)

// Env names the variable with the URL of a PostgreSQL server on which databases may be
// created and dropped.
const Env = "LIENKET_TEST_POSTGRES"

// Each runs f on a fresh migrated database of every engine at hand.
func Each(t *testing.T, f func(t *testing.T, d *db.DB), opts ...db.Option) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t, opts...)) })
	if os.Getenv(Env) != "" {
		t.Run("postgres", func(t *testing.T) { f(t, Postgres(t, opts...)) })
	}
}

// SQLite is a fresh migrated SQLite database; it is closed after the test.
func SQLite(t testing.TB, opts ...db.Option) *db.DB {
	t.Helper()
	file, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(context.Background(), ":memory:", append([]db.Option{db.StartFrom(file)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// Postgres is a fresh migrated PostgreSQL database; it is dropped after the test. The
// test is skipped if there is no server.
func Postgres(t testing.TB, opts ...db.Option) *db.DB {
	t.Helper()
	server := os.Getenv(Env)
	if server == "" {
		t.Skipf("%s names no server", Env)
	}
	template, err := postgresTemplate(server)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("lienket_%d_%d_%d", os.Getpid(), serial.Add(1), time.Now().UnixNano())
	create := "create database " + name + " template " + template
	// Copying files is faster than writing them through the log; older servers do it anyway.
	if admin(server, create+" strategy file_copy") != nil {
		if err := admin(server, create); err != nil {
			t.Fatal(err)
		}
	}
	d, err := db.Open(context.Background(), named(server, name), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.Close()
		if err := admin(server, "drop database if exists "+name+" with (force)"); err != nil {
			t.Error(err)
		}
	})
	return d
}

var serial atomic.Int64

// sqliteTemplate migrates once per test program; each test starts from a copy.
var sqliteTemplate = sync.OnceValues(func() (_ []byte, err error) {
	dir, err := os.MkdirTemp("", "lienket-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	d, err := db.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	if err := schema.Migrate(ctx, d); err != nil {
		d.Close()
		return nil, err
	}
	if err := d.Close(); err != nil { // the last one out moves the WAL into the file
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, "lienket.db"))
})

var templates sync.Map // server → func() (string, error)

// postgresTemplate migrates once per schema and server, however many test programs run
// side by side: an advisory lock lets one do it.
func postgresTemplate(server string) (string, error) {
	once, _ := templates.LoadOrStore(server, sync.OnceValues(func() (string, error) {
		return makeTemplate(server)
	}))
	return once.(func() (string, error))()
}

func makeTemplate(server string) (name string, err error) {
	steps, err := db.Migrations(schema.Files(), db.Postgres)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, s := range steps {
		fmt.Fprintf(sum, "%d\n%s\n", s.Version, s.SQL)
	}
	name = "lienket_template_" + hex.EncodeToString(sum.Sum(nil)[:8])

	ctx := context.Background()
	p, err := sql.Open("pgx", server)
	if err != nil {
		return "", err
	}
	defer p.Close()
	conn, err := p.Conn(ctx) // the lock belongs to the connection
	if err != nil {
		return "", fmt.Errorf("dbtest: %w", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "select pg_advisory_lock(20261124)"); err != nil {
		return "", err
	}
	defer conn.ExecContext(ctx, "select pg_advisory_unlock(20261124)")
	var have int
	if err := conn.QueryRowContext(ctx, "select count(*) from pg_database where datname = $1", name).Scan(&have); err != nil || have > 0 {
		return name, err
	}
	// Made under another name first: a half-migrated one is never taken for the template.
	half := name + "_half"
	for _, s := range []string{"drop database if exists " + half + " with (force)", "create database " + half} {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			return "", err
		}
	}
	d, err := db.Open(ctx, named(server, half))
	if err != nil {
		return "", err
	}
	err = schema.Migrate(ctx, d)
	d.Close()
	if err != nil {
		return "", err
	}
	for range 100 { // the server notices a closed connection a moment later
		if _, err = conn.ExecContext(ctx, "alter database "+half+" rename to "+name); err == nil {
			return name, nil
		}
		if !strings.Contains(err.Error(), "being accessed") {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return "", err
}

// admin runs a statement on the server's own database, over one connection per server.
func admin(server, statement string) error {
	p, _ := admins.LoadOrStore(server, sync.OnceValues(func() (*sql.DB, error) {
		p, err := sql.Open("pgx", server)
		if err == nil {
			p.SetMaxOpenConns(1)
		}
		return p, err
	}))
	conn, err := p.(func() (*sql.DB, error))()
	if err == nil {
		_, err = conn.Exec(statement)
	}
	return err
}

var admins sync.Map // server → func() (*sql.DB, error)

// named is the server's URL with another database in it.
func named(server, database string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + database
	return u.String()
}
