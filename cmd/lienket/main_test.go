package main

import (
	"context"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"lienket": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("LANG", "vi_VN.UTF-8")
			e.Setenv("ADDR", freeAddr(t))
			books, err := filepath.Abs("../../internal/area/market/testdata")
			e.Setenv("WORKBOOKS", books)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"get": cmdGet, "patch": cmdPatch,
		},
	})
}

func freeAddr(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

func TestLangOf(t *testing.T) {
	for _, c := range []struct {
		args []string
		env  map[string]string
		want i18n.Lang
	}{
		{nil, nil, i18n.VI},
		{nil, map[string]string{"LANG": "C.UTF-8"}, i18n.VI},
		{nil, map[string]string{"LANG": "en_US.UTF-8"}, i18n.EN},
		{[]string{"--lang", "vi"}, map[string]string{"LANG": "en_US.UTF-8"}, i18n.VI},
		{[]string{"check", "--lang=en"}, nil, i18n.EN},
		{nil, map[string]string{"LANG": "en_US.UTF-8", "LC_ALL": "vi_VN"}, i18n.VI},
	} {
		if got := langOf(c.args, func(k string) string { return c.env[k] }); got != c.want {
			t.Errorf("%v %v: %s", c.args, c.env, got)
		}
	}
}
