package market

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
)

// TestEntryQueries_EveryShapeOnBothEngines: the queries over the book are put together, so
// each way to put one together is compiled: every pair of conditions, every order.
func TestEntryQueries_EveryShapeOnBothEngines(t *testing.T) {
	set := []func(*EntryFilter){
		func(f *EntryFilter) { f.State = EntryOpen },
		func(f *EntryFilter) { f.Text = "bưởi diễn cao phong loại 1" },
		func(f *EntryFilter) { f.Commodity = "BUOI-DIEN" },
		func(f *EntryFilter) { f.District = "Cao Phong" },
		func(f *EntryFilter) { f.Org = 3 },
		func(f *EntryFilter) { f.Viewer.Org = 4 },
		func(f *EntryFilter) { f.Channel = ByPhone },
		func(f *EntryFilter) { f.Over = calendar.Period{From: 9000, To: 9006} },
		func(f *EntryFilter) { f.Over.From = 9000 },
		func(f *EntryFilter) { f.Over.To = 9000 },
		func(f *EntryFilter) { f.Only = "asks" },
		func(f *EntryFilter) { f.Only = "blocking" },
		func(f *EntryFilter) { f.Only = "stale" },
		func(f *EntryFilter) { f.Since = time.Now() },
		func(f *EntryFilter) { f.Viewer.Sight = auth.Sight{Account: 7, Day: 9000} },
		func(f *EntryFilter) { f.Size = 50 },
	}
	seen := map[string]bool{}
	var shapes []dbtest.NamedSQL
	add := func(f EntryFilter) {
		f.Side = SideOffer
		for _, q := range []*entryQuery{entryCount(&f), entryList(&f)} {
			if s := q.text.String(); !seen[s] {
				seen[s] = true
				shapes = append(shapes, dbtest.NamedSQL{Name: "entryQuery", File: "entry_query_store.go", SQL: s})
			}
			if q.n != len(q.args) || strings.Contains(q.text.String(), "$_") {
				t.Errorf("%d places, %d values: %s", q.n, len(q.args), q.text.String())
			}
		}
	}
	for i := range set {
		for j := range set {
			for k := range set {
				var f EntryFilter
				set[i](&f)
				set[j](&f)
				set[k](&f)
				add(f)
			}
		}
	}
	all := EntryFilter{Size: 50}
	for _, s := range set {
		s(&all)
	}
	for _, s := range EntrySorts {
		for _, desc := range []bool{false, true} {
			f := all
			f.Sort, f.Desc = s, desc
			add(f)
			add(EntryFilter{Sort: s, Desc: desc, Size: 50})
		}
	}
	for _, s := range EntryKeys {
		for _, desc := range []bool{false, true} {
			for _, id := range []EntryID{0, 7} {
				q, err := entriesAfter(&all, &EntryKey{Sort: s, Desc: desc, After: "1", AfterID: id, Since: time.Now(), Most: 51})
				if err != nil || q.n != len(q.args) {
					t.Fatal(s, q, err)
				}
				shapes = append(shapes, dbtest.NamedSQL{Name: "entriesAfter", File: "entry_after_store.go", SQL: q.text.String()})
			}
		}
	}
	for _, err := range dbtest.Traps(shapes) {
		t.Error(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.PrepareAll(t, d, shapes) })
	t.Logf("%d texts", len(shapes))
}

// TestEntryQueries_SpansMissNothing: an entry that reaches into the days asked for is found,
// however long it is; the index on the length of its days leaves none out.
func TestEntryQueries_SpansMissNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := storeOn(t, d)
		book(t, s, "lon-xon-1")
		some, _, err := s.Entries(t.Context(), EntryFilter{Side: SideOffer, State: EntryOpen})
		if err != nil {
			t.Fatal(err)
		}
		one := some[slices.IndexFunc(some, func(e Entry) bool { return e.District != "" })]
		first := calendar.Date(2024, 1, 1)
		var all []calendar.Period
		err = d.InTx(t.Context(), func(tx *db.Tx) error {
			all = nil
			for i, n := range []calendar.Day{1, 7, 8, 9, 10, 30, 38, 39, 40, 41, 42, 60, 120, 137, 140, 141, 142, 200, 330} {
				for j := range calendar.Day(4) {
					o := one.Offer
					o.From = first + calendar.Day(i)*17 + j*113
					o.To = o.From + n - 1
					all = append(all, calendar.Period{From: o.From, To: o.To})
					if _, _, err := s.AddEntryTx(tx, "test", NewEntry{Side: SideOffer, Org: one.Org, Offer: o, Channel: ByPhone}); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for at := first; at < first+800; at += 5 {
			over := calendar.Period{From: at, To: at + 6}
			want := 0
			for _, p := range all {
				if p.From <= over.To && p.To >= over.From {
					want++
				}
			}
			_, n, err := s.Entries(t.Context(), EntryFilter{Side: SideOffer, State: EntryOpen, District: one.District, Channel: ByPhone, Over: over, Size: 5})
			if err != nil {
				t.Fatal(err)
			}
			if n.Rows != want {
				t.Fatalf("%v: %d entries, want %d", over, n.Rows, want)
			}
		}
	})
}
