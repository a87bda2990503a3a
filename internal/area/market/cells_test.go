package market

import (
	"context"
	"testing"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/i18n"
)

func TestCells_ReadBackAsTheSameRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := storeOn(t, d)
		book(t, s, "lon-xon-1")
		book(t, s, "lon-xon-2")
		opt := testOptions
		words := vi(t)
		for _, side := range []Side{SideOffer, SideDemand} {
			all, _, err := s.Entries(context.Background(), EntryFilter{Side: side})
			if err != nil || len(all) == 0 {
				t.Fatal(len(all), err)
			}
			for _, e := range all {
				c := s.CellsOf(&e, words)
				in, asks, err := ReadCells(side, c, Deps{Atlas: s.Atlas, Catalog: s.Catalog}, opt)
				if err != nil {
					t.Errorf("%s %v: %v", e.Ref, c, err)
					continue
				}
				got := e
				switch {
				case side == SideOffer && len(in.Offers) == 1:
					got.Offer = in.Offers[0]
				case side == SideDemand && len(in.Demands) == 1:
					got.Demand = in.Demands[0]
				default:
					t.Errorf("%s %v reads as nothing: %+v", e.Ref, c, asks)
					continue
				}
				got.setRef()
				want := e
				if c["unit"] == "kg" { // what the unit it was said in cannot write is written in kilograms
					want.Offer.UnitName, want.Demand.UnitName = got.Offer.UnitName, got.Demand.UnitName
				}
				want.Offer.Source, want.Demand.Source = Source{}, Source{}
				if g, w := asJSON(t, got), asJSON(t, want); g != w {
					t.Errorf("%s %v\n got %s\nwant %s", e.Ref, c, g, w)
				}
			}
		}
	})
}

func vi(t testing.TB) *i18n.Printer {
	t.Helper()
	b, err := i18n.Load(Texts)
	if err != nil {
		t.Fatal(err)
	}
	return b.Printer(i18n.VI)
}
