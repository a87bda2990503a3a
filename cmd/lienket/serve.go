package main

import (
	"context"
	"errors"
	"log/slog"
	"net"

	"github.com/lienket/lienket/internal/app"
)

func init() { register(10, "serve", "cmd.serve.help", &serveCmd{}) }

type serveCmd struct {
	storeFlags
	careFlags
	Addr   string `help:"${cmd_serve_addr}" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Secure bool   `help:"${cmd_serve_secure}"`
	Proxy  bool   `name:"behind-proxy" help:"${cmd_serve_proxy}"`
	Phone  string `help:"${cmd_serve_phone}" placeholder:"02183…"`
	NoWork bool   `name:"no-work" help:"${cmd_serve_no_work}"`
}

// Run serves until the process is told to stop, then finishes what is under way.
func (c *serveCmd) Run(e *env) (err error) {
	d, err := c.open(e.ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	a, err := app.New(e.ctx, app.Config{
		DB: d, Log: slog.New(slog.NewTextHandler(e.err, nil)), Version: version(), Phone: c.Phone, Secure: c.Secure, Proxy: c.Proxy,
		Work: !c.NoWork, Folder: c.Data, Care: c.care(c.Database),
	})
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return err
	}
	all, err := a.Accounts.List(e.ctx)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	if len(all) == 0 {
		e.say("cmd.serve.no_accounts")
	}
	return serve(e, a, ln, c.Secure)
}

// serve prints the address and serves; demo uses it too.
func serve(e *env, a *app.App, ln net.Listener, secure bool) error {
	e.say("cmd.serve.at", siteURL(ln.Addr().String(), secure))
	err := a.Serve(e.ctx, ln)
	a.Close()
	if errors.Is(e.ctx.Err(), context.Canceled) {
		e.say("cmd.serve.stopped")
	}
	return err
}

// siteURL is the address as a browser takes it.
func siteURL(addr string, secure bool) string {
	if host, port, err := net.SplitHostPort(addr); err == nil {
		if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
			addr = net.JoinHostPort("localhost", port)
		}
	}
	if secure {
		return "https://" + addr
	}
	return "http://" + addr
}
