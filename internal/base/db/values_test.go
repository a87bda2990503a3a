package db_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"pgregory.net/rapid"
)

func itoa(n int) string { return strconv.Itoa(n) }

type paper struct {
	Kind  string         `json:"kind"`
	Grams int64          `json:"grams"`
	More  map[string]any `json:"more,omitempty"`
}

func TestValues_ComeBackAsTheyWere(t *testing.T) {
	at := time.Date(2023, 12, 18, 23, 59, 59, 999999999, time.FixedZone("", 7*3600))
	day := calendar.Date(2023, 12, 18)
	p := paper{"VietGAP", 1<<53 + 1, map[string]any{"vùng": "Tân Lạc", "list": []any{"a", nil, true}}}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
			if _, err := tx.Exec(`create table value (t text, none text, z timestamptz, j jsonb, empty jsonb, n jsonb, d text, yes boolean, b bytea)`); err != nil {
				return err
			}
			_, err := tx.Exec(`insert into value values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
				db.At(at), db.Time{}, db.At(at), db.AsJSON(p), nil, db.AsJSON(7), day, true, []byte{0, 1})
			return err
		}))
		must(t, d.Read(t.Context(), func(tx *db.Tx) error {
			var text string
			var tm, none, z db.Time
			var j, nothing db.JSON[paper]
			var n db.JSON[int]
			var dd calendar.Day
			var yes bool
			var b []byte
			err := tx.QueryRow(`select t, t, none, z, j, empty, n, d, yes, b from value where t = $1 and yes`, db.At(at)).
				Scan(&text, &tm, &none, &z, &j, &nothing, &n, &dd, &yes, &b)
			if err != nil {
				return err
			}
			want := db.At(time.Date(2023, 12, 18, 16, 59, 59, 999999000, time.UTC))
			if text != "2023-12-18T16:59:59.999999Z" || !tm.Equal(want.Time) || !z.Equal(want.Time) || !none.IsZero() {
				t.Errorf("times %q %v %v %v", text, tm, z, none)
			}
			if diff := cmp.Diff(p, j.V); diff != "" {
				t.Error(diff)
			}
			if nothing.V.Kind != "" || n.V != 7 || dd != day || !yes || len(b) != 2 {
				t.Errorf("%v %v %v %v %v", nothing, n, dd, yes, b)
			}
			var kind string
			if err := tx.QueryRow(`select j ->> 'kind' from value`).Scan(&kind); err != nil || kind != "VietGAP" {
				t.Errorf("j ->> 'kind' is %q, %v", kind, err)
			}
			return nil
		}))
	})
}

// Stored times sort as they run.
func TestTime_TextOrderIsTimeOrder(t *testing.T) {
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		return time.UnixMicro(rapid.Int64Range(-62135596800e6, 253402300799e6).Draw(t, "µs"))
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := moment.Draw(t, "a"), moment.Draw(t, "b")
		va, _ := db.At(a).Value()
		vb, _ := db.At(b).Value()
		if va == nil || vb == nil {
			return // the zero time is NULL
		}
		if (va.(string) < vb.(string)) != a.Before(b) {
			t.Fatalf("%v and %v", va, vb)
		}
		var back db.Time
		if err := back.Scan(va); err != nil || !back.Equal(a) {
			t.Fatalf("%v came back as %v, %v", a, back, err)
		}
	})
}

func TestScan_Err(t *testing.T) {
	var tm db.Time
	for _, src := range []any{"18/12/2023", "", int64(5), true} {
		if err := tm.Scan(src); err == nil {
			t.Errorf("a time was read from %v", src)
		}
	}
	var j db.JSON[int]
	for _, src := range []any{"{", `"x"`, time.Now()} {
		if err := j.Scan(src); err == nil {
			t.Errorf("an int was read from %v", src)
		}
	}
}
