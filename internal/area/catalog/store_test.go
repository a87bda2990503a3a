package catalog

import (
	"context"
	"errors"
	"testing"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
)

func TestPrices_TheNewestOfTheLastWeeksCounts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &Store{DB: d, Catalog: list(t)}
		ctx := context.Background()
		day := calendar.Date(2023, 12, 18)
		for _, p := range []Price{
			{Day: day - 90, Low: 30_000_000, High: 40_000_000},
			{Day: day - 5, Low: 13_000_000, High: 16_000_000},
			{Day: day - 5, Low: 14_000_000, High: 17_000_000},
			{Day: day + 1, Low: 20_000_000, High: 21_000_000},
		} {
			p.Commodity, p.Market, p.Basis, p.Unit, p.Source, p.Confidence = "BUOI-DIEN", "vườn, Cao Dương", AtFarm, "kg", "gọi điện", "told"
			if _, err := s.AddPrice(ctx, "test", p); err != nil {
				t.Fatal(err)
			}
		}
		own, err := s.PricesOn(ctx, day)
		if err != nil || len(own) != 2 {
			t.Fatalf("%d prices, %v", len(own), err)
		}
		if r := s.Catalog.RefOn(own, "BUOI-DIEN", AtFarm, day); r.Low != 14_000_000 || r.Day != day-5 || !r.Sure {
			t.Errorf("%+v", r)
		}
		if s.Catalog.RefFloor(own, "BUOI-DIEN", day) != 14_000_000 || s.Catalog.RefPrice(own, "BUOI-DIEN", day) != 23_500_000 {
			t.Error("floor and price")
		}
		if r := s.Catalog.RefOn(own, "BUOI-DIEN", Retail, day); r.Known() {
			t.Errorf("a retail price from nowhere: %+v", r)
		}
		all, err := s.Prices(ctx, "BUOI-DIEN")
		if err != nil || len(all) != 4 || all[0].Day != day+1 || all[0].By != "test" || all[0].At.IsZero() {
			t.Errorf("%+v %v", all, err)
		}
	})
}

func TestAddPrice_SaysAllAtOnce(t *testing.T) {
	s := &Store{DB: dbtest.SQLite(t), Catalog: list(t)}
	_, err := s.AddPrice(context.Background(), "test", Price{Commodity: "X", Low: 2, High: 1})
	var l fault.List
	if !errors.As(err, &l) || len(l) != 7 {
		t.Errorf("%v", err)
	}
}

func TestParams_OwnBeforeEmbedded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &Store{DB: d, Catalog: list(t)}
		ctx := context.Background()
		day := calendar.Date(2023, 12, 18)
		if _, err := s.AddParam(ctx, "test", Param{Key: "freight.cold_pm", Value: 250, From: day, Source: "báo giá"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddParam(ctx, "test", Param{Key: "freight.cold_pm", Value: 250}); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a parameter without source: %v", err)
		}
		own, err := s.Params(ctx)
		if err != nil || len(own) != 1 {
			t.Fatal(own, err)
		}
		if s.Catalog.ColdPM(own, day) != 250 || s.Catalog.ColdPM(own, day-1) != 300 {
			t.Error("the day does not decide")
		}
	})
}
