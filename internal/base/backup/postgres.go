package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/lienket/lienket/internal/base/fault"
)

// tool finds a client program of PostgreSQL: on the path, or where Debian keeps it.
func tool(name string) (string, error) {
	if p, err := exec.LookPath(name); err == nil {
		return p, nil
	}
	best, newest := "", 0
	all, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name) // the pattern is well formed
	for _, p := range all {
		v, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(p))))
		if err == nil && v > newest {
			best, newest = p, v
		}
	}
	if best == "" {
		return "", fault.New(fault.Invalid, "backup.fault.no_tool", name)
	}
	return best, nil
}

// run calls a client program. Where the server is goes through the environment: a command
// line is seen by everybody on the machine.
func run(ctx context.Context, url, name string, args ...string) error {
	path, err := tool(name)
	if err != nil {
		return err
	}
	c, err := pgx.ParseConfig(url)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), "PGHOST="+c.Host, "PGPORT="+strconv.Itoa(int(c.Port)), "PGUSER="+c.User,
		"PGPASSWORD="+c.Password, "PGDATABASE="+c.Database)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%s: %w: %s", name, err, lastLines(said.String()))
	}
	return nil
}

func lastLines(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], "; ")
}

func dump(ctx context.Context, url, to string) error {
	if url == "" {
		return errors.New("the address of the server is not known here")
	}
	return run(ctx, url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file="+to)
}

func undump(ctx context.Context, url, from string) error {
	c, err := pgx.ParseConfig(url)
	if err != nil {
		return err
	}
	return run(ctx, url, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", "--dbname="+c.Database, from)
}
