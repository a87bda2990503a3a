// Command lienket is the whole product in one program: the site, the matching of a
// workbook, and the care of its data. Each command has a file of its own.
package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/lienket/lienket/internal/app"
	"github.com/lienket/lienket/internal/base/i18n"
)

//go:embed text/*.json
var texts embed.FS

// Exit codes.
const (
	done    = 0
	refused = 1 // understood, and not done: the faults were told
	misused = 2 // not understood
)

// env is what a command gets to work with.
type env struct {
	ctx      context.Context
	in       io.Reader
	out, err io.Writer
	book     *i18n.Book
	p        *i18n.Printer
}

// say prints one sentence to standard output.
func (e *env) say(key string, args ...any) { fmt.Fprintln(e.out, e.p.T(key, args...)) }

// errTold is returned by a command that has already said what is wrong.
var errTold = errors.New("told")

// command is one entry of the program; register adds it from its own file:
//
//	func init() { register(30, "match", "cmd.match.help", &matchCmd{}) }
//
// cmd is a kong struct with a method Run(e *env) error. Its tags take their words from
// text/*.json: help:"${cmd_match_out}" is the text cmd.match.out.
type command struct {
	order     int
	name, key string
	cmd       any
}

var commands []command

func register(order int, name, key string, cmd any) {
	commands = append(commands, command{order, name, key, cmd})
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

type exit int

func run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) (code int) {
	book, err := app.Book(texts)
	if err != nil {
		fmt.Fprintln(errw, err)
		return refused
	}
	p := book.Printer(langOf(args, os.Getenv))
	defer func() {
		if x := recover(); x != nil { // kong leaves through Exit after --help
			c, ok := x.(exit)
			if !ok {
				panic(x)
			}
			code = int(c)
		}
	}()
	k, err := kong.New(&struct {
		Lang string `help:"${cmd_lang}" enum:"vi,en," default:"" placeholder:"vi|en"`
	}{}, options(book, p, out, errw)...)
	if err != nil {
		fmt.Fprintln(errw, err)
		return refused
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	kc, err := k.Parse(args)
	if err != nil {
		fmt.Fprintln(errw, p.T("cmd.usage_error", err.Error()))
		return misused
	}
	err = kc.Run(&env{ctx: ctx, in: in, out: out, err: errw, book: book, p: p})
	switch {
	case err == nil:
		return done
	case errors.Is(err, errTold):
		return refused
	}
	tell(errw, p, err)
	return refused
}

// tell prints a fault as its sentence; anything else as it is, for this reader is the
// person who runs the machine.
func tell(w io.Writer, p *i18n.Printer, err error) {
	if isFault(err) {
		for _, line := range p.Faults(err) {
			fmt.Fprintln(w, line)
		}
		return
	}
	fmt.Fprintln(w, p.T("cmd.failed", err.Error()))
}

func options(book *i18n.Book, p *i18n.Printer, out, errw io.Writer) []kong.Option {
	vars := kong.Vars{}
	for _, key := range book.Keys() {
		if !strings.HasPrefix(key, "cmd.") {
			continue
		}
		vars[strings.ReplaceAll(key, ".", "_")] = p.T(key)
	}
	opts := []kong.Option{
		kong.Name("lienket"), kong.Description(p.T("cmd.about")), vars,
		kong.Writers(out, errw), kong.Exit(func(c int) { panic(exit(c)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Help(func(o kong.HelpOptions, kc *kong.Context) error { return help(o, kc, p, out) }),
	}
	slices.SortFunc(commands, func(a, b command) int { return a.order - b.order })
	for _, c := range commands {
		opts = append(opts, kong.DynamicCommand(c.name, p.T(c.key), "", c.cmd))
	}
	return opts
}

// help is kong's own, with its few words in the reader's language.
func help(o kong.HelpOptions, kc *kong.Context, p *i18n.Printer, out io.Writer) error {
	var b bytes.Buffer
	kc.Stdout = &b
	err := kong.DefaultHelpPrinter(o, kc)
	kc.Stdout = out
	_, e := io.WriteString(out, strings.NewReplacer(
		"Usage:", p.T("cmd.word.usage"), "Flags:", p.T("cmd.word.flags"), "Arguments:", p.T("cmd.word.arguments"),
		"Commands:", p.T("cmd.word.commands"), "Show context-sensitive help.", p.T("cmd.word.help"),
		`for more information on a command.`, p.T("cmd.word.more"), "Run \"", p.T("cmd.word.run")+" \"",
	).Replace(b.String()))
	return errors.Join(err, e)
}

// langOf decides the language before anything is parsed, because help speaks it too.
func langOf(args []string, getenv func(string) string) i18n.Lang {
	want := ""
	for _, name := range []string{"LANG", "LC_MESSAGES", "LC_ALL", "LIENKET_LANG"} {
		if v := getenv(name); v != "" {
			want = v
		}
	}
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--lang="); ok {
			want = v
		}
		if a == "--lang" && i+1 < len(args) {
			want = args[i+1]
		}
	}
	if strings.HasPrefix(strings.ToLower(want), "en") {
		return i18n.EN
	}
	return i18n.VI
}
