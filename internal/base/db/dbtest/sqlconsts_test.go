package dbtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lienket/lienket/internal/base/db"
)

// source writes a package with a store file and its neighbours.
func source(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestSQLConsts_FindsWhatIsConstant(t *testing.T) {
	root := source(t, map[string]string{
		"a/thing_store.go":      "package a\n\nconst (\n\tsqlOne = `select 1`\n\tsqlTwo = sqlOne + ` union ` + (columns)\n)\n\nvar sqlThreePostgres = \"select 3\"\nvar other = 1\nfunc f() { const sqlInside = `no` }\n",
		"a/figures.go":          "package a\n\nconst sqlFigure = `select 4`\n",
		"a/thing.go":            "package a\n\nconst columns = `select 2`\nconst sqlElsewhere = `not of a store file`\n",
		"a/thing_store_test.go": "package a\n\nconst sqlTest = `nonsense`\n",
		"testdata/x_store.go":   "package x\n\nconst sqlData = `nonsense`\n",
	})
	got, err := SQLConsts(root)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i].File = filepath.Base(got[i].File)
	}
	want := []NamedSQL{
		{Name: "sqlFigure", File: "figures.go", Line: 3, SQL: "select 4"},
		{Name: "sqlOne", File: "thing_store.go", Line: 4, SQL: "select 1"},
		{Name: "sqlTwo", File: "thing_store.go", Line: 5, SQL: "select 1 union select 2"},
		{Name: "sqlThreePostgres", File: "thing_store.go", Line: 8, SQL: "select 3", Engine: db.Postgres},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSQLConsts_ErrNotConstant(t *testing.T) {
	root := source(t, map[string]string{
		"a/thing_store.go": "package a\n\nimport \"fmt\"\n\nvar sqlMade = fmt.Sprintf(`select %d`, 1)\n",
	})
	if _, err := SQLConsts(root); err == nil || !strings.Contains(err.Error(), "thing_store.go:5 sqlMade") {
		t.Errorf("%v, want the place of sqlMade", err)
	}
}

func TestPrepare_SeededMistakesAreSeen(t *testing.T) {
	root := source(t, map[string]string{
		"a/thing_store.go": "package a\n\nconst (\n" +
			"\tsqlGood = `select value from setting where key = $1`\n" +
			"\tsqlBadTable = `select value from seting where key = $1`\n" +
			"\tsqlBadColumn = `update setting set valu = $2 where key = $1`\n" +
			"\tsqlBadWord = `selct 1`\n" +
			"\tsqlOtherSQLite = `select name from sqlite_schema`\n" +
			"\tsqlOtherPostgres = `select tablename from pg_tables`\n)\n",
	})
	consts, err := SQLConsts(root)
	if err != nil {
		t.Fatal(err)
	}
	Each(t, func(t *testing.T, d *db.DB) {
		for _, n := range consts {
			err := Prepare(t.Context(), d, n)
			if bad := strings.HasPrefix(n.Name, "sqlBad"); bad != (err != nil) {
				t.Errorf("%s: %v", n.Name, err)
			}
			if err != nil && !strings.Contains(err.Error(), n.Name) {
				t.Errorf("%v does not name %s", err, n.Name)
			}
		}
	})
}

func TestTraps_SeededMistakesAreSeen(t *testing.T) {
	for query, want := range map[string]int{
		`select cast(sum(n) as bigint), cast(coalesce(sum(n), 0) as bigint) from x where a = $1`: 0,
		`select sum(n) from x`:                               1,
		`select coalesce(sum(n), 0), cast(sum(n) as bigint)`: 1,
		`select 1 from x where lower(a) = $1`:                1,
		`select a::text from x`:                              1,
		`select 1 from x where at < now()`:                   1,
		`select 1 from x where a ilike $1 for update`:        2,
		`select 1 from x where a = ?`:                        1,
		`select cast(a as date) from x`:                      1,
		`select j ->> 'follower' from x`:                     0,
	} {
		if errs := Traps([]NamedSQL{{Name: "sqlX", SQL: query}}); len(errs) != want {
			t.Errorf("%s: %v, want %d", query, errs, want)
		}
	}
}

// The program's own texts; app asks the same of all rooms.
func TestSQLConsts_OfBase(t *testing.T) {
	consts, err := SQLConsts("../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(consts) == 0 {
		t.Fatal("none found: the guard looks in the wrong place")
	}
	for _, err := range Traps(consts) {
		t.Error(err)
	}
	Each(t, func(t *testing.T, d *db.DB) { PrepareAll(t, d, consts) })
}
