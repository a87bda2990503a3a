package dbtest

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/db"
)

// NamedSQL is one SQL text of the program, found in its source.
type NamedSQL struct {
	Name   string    // sqlInsertOffer
	File   string    // as given by root
	Line   int       //
	SQL    string    //
	Engine db.Engine // "" for both; a name that ends in SQLite or Postgres is for that one
}

func (n NamedSQL) String() string { return fmt.Sprintf("%s:%d %s", n.File, n.Line, n.Name) }

// SQLConsts collects the package-level string consts and vars whose name starts with sql
// (or Sql, SQL) from all *_store.go and *figures.go files below root. A text may be put
// together with + from literals and other consts of its package; one that cannot be read
// without running the program is an error, for it would escape the guard.
func SQLConsts(root string) ([]NamedSQL, error) {
	dirs := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := e.Name()
		if e.IsDir() {
			if path != root && (name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".")) {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			dirs[filepath.Dir(path)] = append(dirs[filepath.Dir(path)], path)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var all []NamedSQL
	var errs []error
	for _, files := range dirs {
		if !slices.ContainsFunc(files, store) {
			continue
		}
		found, err := packageConsts(files)
		all = append(all, found...)
		errs = append(errs, err)
	}
	slices.SortFunc(all, func(a, b NamedSQL) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	return all, errors.Join(errs...)
}

func store(file string) bool {
	return strings.HasSuffix(file, "_store.go") || strings.HasSuffix(file, "figures.go")
}

// packageConsts reads one package. Consts may lean on consts of other files, so all files
// are read, but only those of store files are collected.
func packageConsts(files []string) (all []NamedSQL, err error) {
	fset := token.NewFileSet()
	values := map[string]ast.Expr{}
	type decl struct {
		name *ast.Ident
		file string
	}
	var wanted []decl
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(fset, file, src, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST && g.Tok != token.VAR {
				continue
			}
			for _, s := range g.Specs {
				v := s.(*ast.ValueSpec)
				for i, name := range v.Names {
					if i < len(v.Values) {
						values[name.Name] = v.Values[i]
					}
					if store(file) && strings.HasPrefix(strings.ToLower(name.Name), "sql") {
						wanted = append(wanted, decl{name, file})
					}
				}
			}
		}
	}
	var errs []error
	for _, w := range wanted {
		n := NamedSQL{Name: w.name.Name, File: w.file, Line: fset.Position(w.name.Pos()).Line}
		switch {
		case strings.HasSuffix(n.Name, "SQLite"):
			n.Engine = db.SQLite
		case strings.HasSuffix(n.Name, "Postgres"):
			n.Engine = db.Postgres
		}
		text, ok := constant(values[n.Name], values, 0)
		if !ok {
			errs = append(errs, fmt.Errorf("%s: not a constant text; write it out, or name it otherwise if it is no SQL", n))
			continue
		}
		n.SQL = text
		all = append(all, n)
	}
	return all, errors.Join(errs...)
}

// constant evaluates literals, names and +.
func constant(e ast.Expr, values map[string]ast.Expr, depth int) (string, bool) {
	if depth > 50 {
		return "", false // a var that leans on itself does not compile anyway
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.ParenExpr:
		return constant(e.X, values, depth+1)
	case *ast.Ident:
		v, ok := values[e.Name]
		if !ok {
			return "", false
		}
		return constant(v, values, depth+1)
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		x, ok1 := constant(e.X, values, depth+1)
		y, ok2 := constant(e.Y, values, depth+1)
		return x + y, ok1 && ok2
	}
	return "", false
}

// Prepare has the engine compile one text against the schema of d.
func Prepare(ctx context.Context, d *db.DB, n NamedSQL) error {
	if n.Engine != "" && n.Engine != d.Engine() {
		return nil
	}
	err := d.Read(ctx, func(tx *db.Tx) error {
		s, err := tx.SQL().PrepareContext(ctx, n.SQL)
		if err != nil {
			return err
		}
		return s.Close()
	})
	if err != nil {
		return fmt.Errorf("%s on %s: %w", n, d.Engine(), err)
	}
	return nil
}

// PrepareAll fails t for every text that the engine of d does not understand.
func PrepareAll(t testing.TB, d *db.DB, consts []NamedSQL) {
	t.Helper()
	for _, n := range consts {
		if err := Prepare(context.Background(), d, n); err != nil {
			t.Error(err)
		}
	}
}

// What compiles on both engines and does not mean the same.
var traps = []struct {
	pattern *regexp.Regexp
	why     string
}{
	{regexp.MustCompile(`(?i)\b(lower|upper)\s*\(`), "SQLite knows only ASCII letters: keep a folded column"},
	{regexp.MustCompile(`::`), "a PostgreSQL cast: write cast(… as …)"},
	{regexp.MustCompile(`(?i)\b(now\s*\(|current_timestamp|current_date|datetime\s*\(|strftime\s*\()`), "time comes from Tx.Now, as a parameter"},
	{regexp.MustCompile(`(?i)\bilike\b`), "PostgreSQL only: compare a folded column with like"},
	{regexp.MustCompile(`(?i)\bfor\s+update\b`), "PostgreSQL only: transactions are serialisable anyway"},
	{regexp.MustCompile(`(?i)\bcast\s*\([^()]*\bas\s+(date|timestamp|timestamptz|numeric|decimal)\b`), "SQLite has no such type"},
	{regexp.MustCompile(`\?\d*(\s|,|\)|$)`), "parameters are written $1"},
}

var sumOutsideCast = regexp.MustCompile(`(?i)(\bcast\s*\(\s*(coalesce\s*\(\s*)?)?\bsum\s*\(`)

// Traps names the places where a text would mean something else on the other engine,
// though both compile it.
func Traps(consts []NamedSQL) (errs []error) {
	for _, n := range consts {
		if n.Engine != "" {
			continue
		}
		for _, trap := range traps {
			if m := trap.pattern.FindString(n.SQL); m != "" {
				errs = append(errs, fmt.Errorf("%s: %q: %s", n, strings.TrimSpace(m), trap.why))
			}
		}
		for _, m := range sumOutsideCast.FindAllStringSubmatch(n.SQL, -1) {
			if m[1] == "" {
				errs = append(errs, fmt.Errorf("%s: sum of bigint is numeric in PostgreSQL: cast(sum(…) as bigint)", n))
			}
		}
	}
	return errs
}
