package market

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/weight"
)

// book writes a messy workbook into the book.
func book(t testing.TB, s *Store, name string) (NewRound, Booked) {
	t.Helper()
	n, _ := messy(t, name)
	var out Booked
	err := s.DB.InTx(context.Background(), func(tx *db.Tx) (err error) {
		out, err = s.BookTx(tx, n.Input, Booking{By: "test", Channel: BySheet, Asks: n.Asks})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n, out
}

func TestBook_TheSameTableTwiceChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := storeOn(t, d)
		n, first := book(t, s, "lon-xon-1")
		if want := len(n.Input.Offers) + len(n.Input.Demands); first.Added != want || first.Same != 0 {
			t.Fatalf("added %d, same %d; want %d, 0", first.Added, first.Same, want)
		}
		_, second := book(t, s, "lon-xon-1")
		if second.Added != 0 || second.Same != first.Added || second.NewOrgs != 0 {
			t.Fatalf("the second time: %+v", second)
		}
	})
}

func TestFreeze_GivesThePlanOfTheTableItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := storeOn(t, d)
		n, _ := book(t, s, "lon-xon-1")
		id, err := s.Freeze(ctx, "test", FreezeSpec{Label: "x", AsOf: n.Input.AsOf, Horizon: n.Input.Horizon, Params: n.Input.Params, Home: testOptions.Home})
		if err != nil {
			t.Fatal(err)
		}
		in, err := s.Input(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		want, err := MakePlan(n.Input)
		if err != nil {
			t.Fatal(err)
		}
		got, err := MakePlan(in)
		if err != nil {
			t.Fatal(err)
		}
		if got.Totals.Matched != want.Totals.Matched || len(got.Lines) == 0 {
			t.Errorf("of the book %v in %d lines, of the table %v in %d", got.Totals.Matched, len(got.Lines), want.Totals.Matched, len(want.Lines))
		}
		again, err := s.FreezeInput(ctx, FreezeSpec{Label: "x", AsOf: n.Input.AsOf, Horizon: n.Input.Horizon, Params: n.Input.Params, Home: testOptions.Home})
		if err != nil {
			t.Fatal(err)
		}
		if c, err := Canonical(again.Input); err != nil || asJSON(t, c) != asJSON(t, in) {
			t.Errorf("the same book freezes differently: %v", err)
		}
	})
}

func TestEntries_StayInsideTheTerritory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := storeOn(t, d)
		book(t, s, "lon-xon-1")
		all, n, err := s.Entries(ctx, EntryFilter{Side: SideOffer})
		if err != nil || n.Rows != len(all) || len(all) == 0 {
			t.Fatal(n, len(all), err)
		}
		mine := all[0].Place()
		var account int64
		day := calendar.Date(2023, 11, 20)
		err = d.InTx(ctx, func(tx *db.Tx) error {
			if err := tx.QueryRow(`insert into account (login, name, role, password_hash, created_at) values ('huyen', 'Huyện', 'officer', '', '2023-01-01') returning id`).Scan(&account); err != nil {
				return err
			}
			if _, err := tx.Exec(`insert into auth_grant (account_id, scope, valid_from, valid_to, granted_by, granted_at) values ($1, 'x', '2023-11-01', '2023-11-30', 't', '2023-01-01')`, account); err != nil {
				return err
			}
			_, err := tx.Exec(`insert into auth_reach (scope, under) values ('x', $1)`, mine)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		view := Viewer{Sight: auth.Sight{Account: account, Day: day}}
		some, m, err := s.Entries(ctx, EntryFilter{Side: SideOffer, Viewer: view})
		if err != nil || m.Rows != len(some) {
			t.Fatal(m, len(some), err)
		}
		want := 0
		for i := range all {
			o, err := s.Orgs.OrgByID(ctx, all[i].Org)
			if err != nil {
				t.Fatal(err)
			}
			inside := all[i].Place() == mine || o.Place == mine
			if inside {
				want++
			}
			_, err = s.Entry(ctx, view, all[i].ID)
			if inside != (err == nil) || err != nil && fault.CodeOf(err) != fault.NotFound {
				t.Errorf("%s inside %v: %v", all[i].Ref, inside, err)
			}
		}
		if len(some) != want || want == len(all) {
			t.Errorf("%d of %d entries, want %d", len(some), len(all), want)
		}
		for _, later := range []calendar.Day{calendar.Date(2023, 10, 31), calendar.Date(2023, 12, 1)} {
			view.Sight.Day = later
			if none, _, err := s.Entries(ctx, EntryFilter{Side: SideOffer, Viewer: view}); err != nil || len(none) != 0 {
				t.Errorf("outside the grant's days: %d, %v", len(none), err)
			}
		}
		own, _, err := s.Entries(ctx, EntryFilter{Side: SideOffer, Viewer: Viewer{Org: all[0].Org}})
		if err != nil || len(own) == 0 || slices.ContainsFunc(own, func(e Entry) bool { return e.Org != all[0].Org }) {
			t.Errorf("own entries: %d, %v", len(own), err)
		}
		if foreign, _, err := s.Entries(ctx, EntryFilter{Side: SideOffer, Org: all[0].Org, Viewer: Viewer{Org: all[0].Org + 1000}}); err != nil || len(foreign) != 0 {
			t.Errorf("foreign entries: %d, %v", len(foreign), err)
		}
	})
}

func TestSaveEntry_LosesNoUpdate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := storeOn(t, d)
		org, id := oneOffer(t, s)
		save := func(e Entry) (ok bool, err error) {
			err = d.InTx(ctx, func(tx *db.Tx) (err error) {
				ok, err = s.SaveEntryTx(tx, "test", Viewer{}, e)
				return err
			})
			return ok, err
		}
		e, err := s.Entry(ctx, Viewer{}, id)
		if err != nil || e.Ref != fmt.Sprintf("CB-%d", id) || e.Org != org || e.Offer.ID != e.Ref {
			t.Fatal(e, err)
		}
		mine, other := e, e
		mine.Offer.Firm = 4 * weight.Tonne
		other.Offer.Firm = 9 * weight.Tonne
		if ok, err := save(mine); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if ok, err := save(other); ok || err != nil {
			t.Fatal("a stale save went through", ok, err)
		}
		e, err = s.Entry(ctx, Viewer{}, id)
		if err != nil || e.Offer.Firm != 4*weight.Tonne || e.Version != 2 {
			t.Fatal(e.Offer.Firm, e.Version, err)
		}
		bad := e
		bad.Offer.To = bad.Offer.From - 1
		if _, err := save(bad); fault.CodeOf(err) != fault.Invalid {
			t.Fatal("reversed days were taken", err)
		}
	})
}

func TestCloseEntry_CanBeUndone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := storeOn(t, d)
		_, id := oneOffer(t, s)
		err := d.InTx(ctx, func(tx *db.Tx) error {
			ok, err := s.CloseEntryTx(tx, "test", Viewer{}, id, 1, SoldElsewhere)
			if err == nil && !ok {
				t.Error("not closed")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if open, _, _ := s.Entries(ctx, EntryFilter{Side: SideOffer, State: EntryOpen}); len(open) != 0 {
			t.Error("a closed entry is still open")
		}
		err = d.InTx(ctx, func(tx *db.Tx) error {
			ok, err := s.ReopenEntryTx(tx, "test", Viewer{}, id, 2)
			if err == nil && !ok {
				t.Error("not opened again")
			}
			return err
		})
		e, err2 := s.Entry(ctx, Viewer{}, id)
		if err != nil || err2 != nil || e.State != EntryOpen || e.Why != "" {
			t.Error(e.State, e.Why, err, err2)
		}
	})
}

// oneOffer is a cooperative with three tonnes of Diễn pomelos.
func oneOffer(t testing.TB, s *Store) (org registry.OrgID, id EntryID) {
	t.Helper()
	n, _ := messy(t, "lon-xon-1")
	place := n.Input.Offers[0].Place
	err := s.DB.InTx(context.Background(), func(tx *db.Tx) (err error) {
		if org, err = s.Orgs.AddTx(tx, "test", registry.Org{Kind: registry.Coop, Name: "HTX Mẫu", Status: registry.Operating, Place: place, Phone: "0912345678"}); err != nil {
			return err
		}
		id, _, err = s.AddEntryTx(tx, "test", NewEntry{Side: SideOffer, Org: org, Channel: ByPhone, Offer: Offer{
			Place: place, Commodity: n.Input.Offers[0].Commodity, Mix: [4]int64{1000}, Firm: 3 * weight.Tonne,
			From: calendar.Date(2023, 12, 1), To: calendar.Date(2023, 12, 20),
		}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return org, id
}
