//go:build unix

package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

var errMissing = errors.New("PostgreSQL is not installed (on Debian: apt-get install postgresql)")

type cluster struct {
	url  string
	dir  string
	cmd  *exec.Cmd
	log  *bytes.Buffer
	over chan error
}

// start makes a cluster in a temporary folder and runs a server on a free port of the
// loopback address. PostgreSQL refuses to run as root, so root becomes nobody for it.
func start(ctx context.Context, bin string, durable bool) (_ *cluster, err error) {
	if bin, err = find(bin); err != nil {
		return nil, err
	}
	who, err := unprivileged()
	if err != nil {
		return nil, err
	}
	dir, err := folder(who)
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir, log: &bytes.Buffer{}, over: make(chan error, 1)}
	defer func() {
		if err != nil {
			c.stop()
		}
	}()
	password := rand.Text()
	pwfile := filepath.Join(dir, "password")
	if err := os.WriteFile(pwfile, []byte(password+"\n"), 0o644); err != nil { // the folder is closed to others
		return nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", "lienket", "-E", "UTF8",
		"--locale=C", "-A", "password", "--pwfile="+pwfile, "--no-sync", "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = dir, attributes(who)
	initdb.Env = environment(dir)
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	for range 5 { // between choosing a port and using it somebody else may take it
		if err = c.serve(ctx, bin, data, password, who, durable); err == nil {
			return c, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, fmt.Errorf("the server did not start: %w\n%s", err, c.log)
}

func (c *cluster) serve(ctx context.Context, bin, data, password string, who *syscall.Credential, durable bool) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	args := []string{
		"-D", data, "-p", strconv.Itoa(port), "-k", c.dir,
		"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200",
		"-c", "max_pred_locks_per_transaction=256",
	}
	if !durable {
		args = append(args, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
	}
	cmd := exec.Command(filepath.Join(bin, "postgres"), args...)
	cmd.Dir, cmd.SysProcAttr, cmd.Env = c.dir, attributes(who), environment(c.dir)
	cmd.Stdout, cmd.Stderr = c.log, c.log
	if err := cmd.Start(); err != nil {
		return err
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	url := fmt.Sprintf("postgres://lienket:%s@127.0.0.1:%d/postgres?sslmode=disable", password, port)
	for deadline := time.Now().Add(time.Minute); ; {
		select {
		case err := <-over:
			return fmt.Errorf("postgres ended: %v", err)
		case <-ctx.Done():
			cmd.Process.Signal(syscall.SIGQUIT)
			<-over
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
		conn, err := pgx.Connect(ctx, url)
		if err == nil {
			conn.Close(ctx)
			c.url, c.cmd, c.over = url, cmd, over
			return nil
		}
		if time.Now().After(deadline) {
			cmd.Process.Kill()
			<-over
			return err
		}
	}
}

// stop ends the server (politely, then less so) and removes its folder.
func (c *cluster) stop() {
	if c.cmd != nil {
		for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
			c.cmd.Process.Signal(s)
			select {
			case <-c.over:
				c.cmd = nil
			case <-time.After(10 * time.Second):
				continue
			}
			break
		}
	}
	os.RemoveAll(c.dir)
}

// find looks for the programs where they usually are; the newest version wins.
func find(bin string) (string, error) {
	dirs := []string{bin}
	if bin == "" {
		dirs, _ = filepath.Glob("/usr/lib/postgresql/*/bin")
		sort.Slice(dirs, func(i, j int) bool { return version(dirs[i]) > version(dirs[j]) })
		if p, err := exec.LookPath("initdb"); err == nil {
			dirs = append(dirs, filepath.Dir(p))
		}
		if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
			dirs = append(dirs, string(bytes.TrimSpace(out)))
		}
	}
	for _, d := range dirs {
		_, err1 := os.Stat(filepath.Join(d, "initdb"))
		_, err2 := os.Stat(filepath.Join(d, "postgres"))
		if err1 == nil && err2 == nil {
			return d, nil
		}
	}
	return "", errMissing
}

func version(dir string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
	return n
}

// unprivileged is nil for ordinary people, and somebody harmless for root.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"nobody", "postgres", "daemon"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil && uid != 0 {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("root may not run PostgreSQL and there is no user nobody, postgres or daemon")
}

// folder makes the cluster's folder where its user can reach it: root's own TMPDIR may be
// closed to others, and a socket's path must be short.
func folder(who *syscall.Credential) (string, error) {
	parent := ""
	if who != nil {
		parent = "/tmp"
	}
	dir, err := os.MkdirTemp(parent, "lienket-pg-")
	if err == nil && who != nil {
		err = os.Chown(dir, int(who.Uid), int(who.Gid))
	}
	return dir, err
}

// environment is small on purpose: PGDATA and the like would change what the programs do.
func environment(dir string) []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C", "TZ=UTC"}
}
