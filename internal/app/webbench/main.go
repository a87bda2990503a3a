// Command webbench prepares what `make bench-web` measures: a data folder (or a PostgreSQL
// database) with many offers, all synthetic, an account that is signed in and an API token,
// and the same offers as lines of JSON for the peers. It is not the measuring itself (that
// is tools/benchweb) and no part of the product.
//
//	webbench seed -place DIR -offers 50000 -rows rows.jsonl   prints one line of JSON
//	webbench serve -place DIR -addr … -pprof …                the site with a profiler beside it
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	_ "net/http/pprof" // this program is for profiling; the product has none
	"os"
	"os/signal"
	"syscall"

	"github.com/lienket/lienket/internal/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "webbench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("say seed or serve")
	}
	fs := flag.NewFlagSet(args[0], flag.ContinueOnError)
	place := fs.String("place", "", "data folder or postgres://…")
	offers := fs.Int("offers", 50_000, "how many offers")
	rows := fs.String("rows", "", "file for the offers as lines of JSON")
	addr := fs.String("addr", "127.0.0.1:0", "where to serve")
	prof := fs.String("pprof", "", "where the profiler listens")
	if err := fs.Parse(args[1:]); err != nil {
		return err
	}
	switch args[0] {
	case "seed":
		told, err := seed(ctx, *place, *offers, *rows)
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(told)
	case "serve":
		return serve(ctx, *place, *addr, *prof)
	}
	return fmt.Errorf("say seed or serve, not %q", args[0])
}

func serve(ctx context.Context, place, addr, prof string) error {
	d, err := app.Open(ctx, place)
	if err != nil {
		return err
	}
	defer d.Close()
	a, err := app.New(ctx, app.Config{DB: d, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Version: "bench", Work: true})
	if err != nil {
		return err
	}
	defer a.Close()
	if prof != "" {
		go func() { fmt.Fprintln(os.Stderr, http.ListenAndServe(prof, nil)) }()
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return a.Serve(ctx, ln)
}
