//go:build unix

// Command pgcluster starts a private PostgreSQL server, runs a command with
// LIENKET_TEST_POSTGRES pointing at it, stops the server and returns the command's exit
// code. Without a command it prints the URL and runs until interrupted. It is not for
// data that should outlive it: the server syncs nothing unless -durable is given, and its
// folder is removed.
//
//	go run ./internal/base/db/dbtest/pgcluster -- go test ./...
//
// Exit codes of its own: 2 usage, 3 PostgreSQL is not installed, 4 it did not start.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/lienket/lienket/internal/base/db/dbtest"
)

func main() {
	// On Linux the server is told to stop when the thread that started it ends.
	runtime.LockOSThread()
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	fs := flag.NewFlagSet("pgcluster", flag.ContinueOnError)
	fs.SetOutput(stderr)
	durable := fs.Bool("durable", false, "sync to disk, as a real server does (for benchmarks and faults)")
	bin := fs.String("bin", "", "folder of the PostgreSQL programs (found by itself on Debian)")
	if err := fs.Parse(args); err != nil {
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	c, err := start(ctx, *bin, *durable)
	switch {
	case errors.Is(err, errMissing):
		fmt.Fprintln(stderr, "pgcluster:", err)
		return 3
	case err != nil:
		fmt.Fprintln(stderr, "pgcluster:", err)
		return 4
	}
	defer c.stop()

	if fs.NArg() == 0 {
		fmt.Fprintln(stdout, c.url)
		<-ctx.Done()
		return 0
	}
	cmd := exec.Command(fs.Arg(0), fs.Args()[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, stdout, stderr
	cmd.Env = append(os.Environ(), dbtest.Env+"="+c.url)
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(stderr, "pgcluster:", err)
		return 2
	}
	ended := make(chan struct{})
	go func() {
		select {
		case <-ctx.Done():
			cmd.Process.Signal(syscall.SIGTERM)
		case <-ended:
		}
	}()
	err = cmd.Wait()
	close(ended)
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return exit.ExitCode()
	}
	fmt.Fprintln(stderr, "pgcluster:", err)
	return 1
}
