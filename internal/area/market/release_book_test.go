package market

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/weight"
)

// bookSite is the site with a book: the small round's offers and demands.
func bookSite(t testing.TB) *planSite {
	t.Helper()
	s := emptySite(t)
	s.in = smallRound()
	for i := range s.in.Commodities { // the catalogue's own codes
		if s.in.Commodities[i].Code == "CAM" {
			s.in.Commodities[i].Code = "CAM-CANH"
		}
	}
	for i := range s.in.Demands {
		if s.in.Demands[i].Commodity == "CAM" {
			s.in.Demands[i].Commodity = "CAM-CANH"
		}
	}
	if err := s.area.Store.DB.InTx(context.Background(), func(tx *db.Tx) error {
		_, err := s.area.Store.BookTx(tx, s.in, Booking{By: "test", Channel: BySample, KeepRefs: true})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

// makeRun does what the queue would do with the run that a form started.
func (s *planSite) makeRun(t testing.TB, path string) PlanID {
	t.Helper()
	ctx := context.Background()
	id, err := strconv.ParseInt(strings.TrimPrefix(path, "/runs/"), 10, 64)
	if err != nil {
		t.Fatalf("no run: %s", path)
	}
	run, err := s.area.Store.Run(ctx, id)
	if err != nil || run.State != RunRunning || run.Job == 0 {
		t.Fatalf("%+v, %v", run, err)
	}
	plan, err := s.area.Runner.make(ctx, run.StartedBy, run.Round, run.ID)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestNewPlan_FreezesTheBookAndRuns(t *testing.T) {
	s := bookSite(t)
	s.get(t, "officer", "/plan", "Chưa có phương án nào", "/plan/new")
	s.get(t, "officer", "/plan/new", "Lập phương án", "Bưởi Diễn", "Tuần 50/2023", "15/12/2023")
	for _, who := range []string{"leader", "auditor", "coop", "buyer"} {
		if a := s.do(t, who, "GET", "/plan/new", nil); a.status != 403 {
			t.Errorf("%s: %d", who, a.status)
		}
	}
	bad := s.do(t, "officer", "POST", "/plan/new", url.Values{"label": {" "}, "from": {"hôm kia"}, "horizon": {"1/1/2023"}, "goods": {"BUOI-DIEN"}})
	if bad.status != 422 || !strings.Contains(bad.body, "Hãy đặt tên phương án") || !strings.Contains(bad.body, "hôm kia") || !strings.Contains(bad.body, "checked") {
		t.Errorf("refused: %d %s", bad.status, firstWords(bad.body))
	}
	form := url.Values{"idem": {"k1"}, "label": {"Bưởi tuần 50"}, "from": {"15/12/2023"}, "horizon": {"24/1/2024"}}
	run := s.leave(t, "officer", "/plan/new", form)
	if again := s.leave(t, "officer", "/plan/new", form); again != run {
		t.Errorf("the same form twice: %s and %s", run, again)
	}
	rounds, err := s.area.Store.Rounds(context.Background())
	if err != nil || len(rounds) != 1 || rounds[0].Origin != FromBook || rounds[0].Label != "Bưởi tuần 50" || rounds[0].Offers != len(s.in.Offers) {
		t.Fatalf("%+v, %v", rounds, err)
	}
	first := s.makeRun(t, run)
	s.get(t, "officer", planPath(first), "Bản 1", "có giá thật, số liệu đến")
	s.get(t, "officer", "/rounds", "Bưởi tuần 50", "Từ sổ chào bán – nhu cầu", "/plan/new")

	// The book moves on: one offer is closed, one larger, a demand is new.
	s.moveBook(t)
	s.get(t, "officer", planPath(first), "Sổ đã thay đổi từ khi lập bản này", "đóng 1 mục (8 tấn)", "sửa 1 mục", planPath(first)+"/again")
	second := s.makeRun(t, s.leave(t, "officer", planPath(first)+"/again", url.Values{}))
	page := s.get(t, "officer", planPath(second), "Bản 2", "Thay đổi so với bản 1", "Chào bán trong sổ:", "đóng 1 mục (8 tấn)", "sửa 1 mục")
	if strings.Contains(page, "Sổ đã thay đổi từ khi lập") {
		t.Error("a fresh draft says that the book has moved")
	}
	s.get(t, "auditor", planPath(second)+"?lang=en", "Changed since version 1", "Offers in the book:")
}

// moveBook closes an offer and makes another larger.
func (s *planSite) moveBook(t testing.TB) {
	t.Helper()
	ctx, st := context.Background(), s.area.Store
	all, _, err := st.Entries(ctx, EntryFilter{Side: SideOffer, Sort: "id"})
	if err != nil {
		t.Fatal(err)
	}
	err = st.DB.InTx(ctx, func(tx *db.Tx) error {
		for _, e := range all {
			switch e.Ref {
			case "C1":
				if _, err := st.CloseEntryTx(tx, "test", Viewer{}, e.ID, e.Version, SoldElsewhere); err != nil {
					return err
				}
			case "C3":
				e.Offer.Firm += weight.Tonne
				if _, err := st.SaveEntryTx(tx, "test", Viewer{}, e); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNewPlan_OfOnePersonsTerritory(t *testing.T) {
	s := bookSite(t)
	s.border(t, "huyen", auth.Officer, "05389@2023")
	// Nobody there wants anything, so that there is nothing to join.
	s.get(t, "huyen", "/plan/new", "Sổ chưa có mặt hàng nào có cả người bán lẫn người mua")
	s.border(t, "tinh", auth.Officer, "05389@2023", "31@2023")
	run := s.leave(t, "tinh", "/plan/new", url.Values{"label": {"x"}, "from": {"15/12/2023"}, "horizon": {"24/1/2024"}})
	round, err := s.area.Store.Round(context.Background(), 0)
	if err != nil || round.Scope != "tinh" || round.Offers != 3 || round.Demands != 4 {
		t.Fatalf("%+v, %v", round, err)
	}
	id := s.makeRun(t, run)
	s.leave(t, "tinh", planPath(id)+"/submit", step(1, ""))
	s.leave(t, "leader", planPath(id)+"/release", step(2, ""))
}

func TestChanges_AreThoseBetweenTwoPlans(t *testing.T) {
	was, now := smallRound(), smallRound()
	now.Offers = append([]Offer{}, now.Offers[1:]...)
	now.Demands[1].Quantity += 2 * weight.Tonne
	now.Rules.Caps = nil
	held := func(in Input) *heldPlan {
		plan, err := MakePlan(in)
		if err != nil {
			t.Fatal(err)
		}
		c, err := Canonical(in)
		if err != nil {
			t.Fatal(err)
		}
		return holdPlan(Stored{}, Round{}, c, plan)
	}
	a, b := held(was), held(now)
	c := changesBetween(a, b)
	if c.Offers.Gone != 1 || c.Offers.GoneGrams != 8*weight.Tonne || c.Offers.Added+c.Offers.Changed != 0 {
		t.Errorf("offers %+v", c.Offers)
	}
	if c.Demands.Changed != 1 || c.Demands.Added+c.Demands.Gone != 0 {
		t.Errorf("demands %+v", c.Demands)
	}
	if c.RulesNew != 0 || c.RulesGone != 1 {
		t.Errorf("rules +%d −%d", c.RulesNew, c.RulesGone)
	}
	if got, want := c.More-c.Less, b.Plan.Totals.Matched-a.Plan.Totals.Matched; got != want {
		t.Errorf("tonnes changed by %v, the plans by %v", got, want)
	}
	sum := weight.Grams(0)
	for _, x := range c.Buyers {
		sum += x.By
	}
	if sum != c.More-c.Less {
		t.Errorf("buyers get %v more, the lines are %v", sum, c.More-c.Less)
	}
	if c := changesBetween(a, a); c.Offers.Any() || c.Demands.Any() || c.More+c.Less != 0 || c.OrdersSame != c.OrdersAsked || c.OrdersAsked == 0 {
		t.Errorf("a plan against itself: %+v", c)
	}
}

func TestBookSince_SeesWhatMoved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), storeOn(t, d)
		n, _ := book(t, s, "lon-xon-1")
		id, err := s.Freeze(ctx, "test", FreezeSpec{Label: "x", AsOf: n.Input.AsOf, Horizon: n.Input.Horizon, Params: n.Input.Params, Home: testOptions.Home})
		if err != nil {
			t.Fatal(err)
		}
		offers, demands, err := s.BookSince(ctx, id)
		if err != nil || offers.Any() || demands.Any() {
			t.Fatalf("nothing moved: %+v %+v %v", offers, demands, err)
		}
		in, err := s.Input(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		all, _, err := s.Entries(ctx, EntryFilter{Side: SideDemand})
		if err != nil {
			t.Fatal(err)
		}
		closed := 0
		err = d.InTx(ctx, func(tx *db.Tx) error {
			closed = 0
			for _, e := range all {
				if e.Ref == in.Demands[0].ID {
					closed++
					if _, err := s.CloseEntryTx(tx, "test", Viewer{}, e.ID, e.Version, Filled); err != nil {
						return err
					}
				}
				if e.Ref == in.Demands[1].ID { // a call that changes nothing of it
					if err := s.AliveEntryTx(tx, "test", Viewer{}, e.ID); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil || closed != 1 {
			t.Fatal(closed, err)
		}
		offers, demands, err = s.BookSince(ctx, id)
		if err != nil || offers.Any() || demands.Gone != 1 || demands.Added+demands.Changed != 0 {
			t.Errorf("%+v %+v %v", offers, demands, err)
		}
	})
}
