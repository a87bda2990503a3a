package market

import (
	"context"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
)

var endForm = regexp.MustCompile(`action="/rules/(\d+)/end"`)

// linkIn is the first link of a page that begins with prefix and holds all words.
func linkIn(t testing.TB, page, prefix string, words ...string) string {
	t.Helper()
next:
	for _, m := range regexp.MustCompile(`href="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		to := html.UnescapeString(m[1])
		if !strings.HasPrefix(to, prefix) {
			continue
		}
		for _, w := range words {
			if !strings.Contains(to, w) {
				continue next
			}
		}
		return to
	}
	t.Fatalf("no link %s with %v", prefix, words)
	return ""
}

func TestPair_IsPinnedAndFreedWhereItIsLookedAt(t *testing.T) {
	s := bookSite(t)
	e, _, err := s.area.Store.EntryByRef(context.Background(), Viewer{}, SideOffer, "C2")
	if err != nil {
		t.Fatal(err)
	}
	partners := entryPath(SideOffer, e.ID) + "/partners"
	page := s.get(t, "officer", partners, "Ghim cặp này: ", "Không ghép cặp này: ")
	form := linkIn(t, page, "/rules/new?", "kind=pin", "demand=N1", "offer=C2", "back=")
	filled := s.get(t, "officer", form, `value="C2"`, `value="N1"`, `value="3"`, `name="back" value="`+partners+`"`, "Quay lại")
	if strings.Contains(filled, "/rules/new?kind=cap") {
		t.Error("the other kinds of rules are offered, and lose the pair")
	}
	for _, who := range []string{"leader", "auditor"} {
		if other := s.get(t, who, partners); strings.Contains(other, "/rules/new") {
			t.Errorf("%s is offered to pin", who)
		}
	}
	send := url.Values{"kind": {"pin"}, "offer": {"C2"}, "demand": {"N1"}, "amount": {"3"}, "reason": {"khách quen"}, "back": {partners}}
	if to := s.leave(t, "officer", "/rules/new", send); to != partners {
		t.Errorf("goes on to %s", to)
	}
	if again := s.do(t, "officer", "POST", "/rules/new", send); again.status != 422 || !strings.Contains(again.body, "đã có trong danh sách") {
		t.Errorf("the same pair twice: %d %s", again.status, firstWords(again.body))
	}
	page = s.get(t, "officer", partners, "Đã ghim, ít nhất 3", "Bỏ ghim")
	id := endForm.FindStringSubmatch(page)
	if id == nil {
		t.Fatal("the pin cannot be taken away")
	}
	if other := s.get(t, "auditor", partners, "Đã ghim, ít nhất 3"); endForm.MatchString(other) {
		t.Error("an auditor may take the pin away")
	}
	if to := s.leave(t, "officer", "/rules/"+id[1]+"/end", url.Values{"row_version": {"1"}, "back": {partners}}); to != partners {
		t.Errorf("goes on to %s", to)
	}
	if to := s.leave(t, "officer", "/rules/"+id[1]+"/restore", url.Values{"row_version": {"2"}, "back": {"//evil.example/x"}}); to != "/rules" {
		t.Errorf("goes on to %s", to)
	}
	plan := s.makeRun(t, s.leave(t, "officer", "/plan/new", url.Values{"label": {"x"}, "from": {"15/12/2023"}, "horizon": {"24/1/2024"}}))
	h, err := s.area.plans.open(context.Background(), s.area.Store, plan)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range h.Plan.Lines {
		at := linePath(plan, i)
		if page := s.get(t, "officer", at); l.Offer == "C2" && l.Demand == "N1" {
			if !strings.Contains(page, "Bỏ ghim") || strings.Contains(page, "/rules/new") {
				t.Error("the line of the pinned pair does not offer to free it")
			}
			return
		}
	}
	t.Error("the pinned pair is not in the plan")
}

func TestRules_OneAboutOneThing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := storeOn(t, d)
		ctx := context.Background()
		in := smallRound()
		in.Demands = slices.DeleteFunc(in.Demands, func(d Demand) bool { return d.Commodity == "CAM" })
		in.Rules = Rules{
			Pins: []Pin{{Offer: "C2", Demand: "N1", Min: 1_000_000, Reason: "a"}}, Bonuses: []Bonus{{Kind: BonusSmall, PerTonne: 100_000}},
			Caps: []Cap{{Party: in.Offers[0].Party, Commodity: in.Offers[0].Commodity, Max: 5_000_000, Reason: "b"}},
		}
		var out Booked
		for range 2 { // the same file twice
			if err := d.InTx(ctx, func(tx *db.Tx) (err error) {
				out, err = s.BookTx(tx, in, Booking{By: "test", Channel: BySheet})
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		rules, err := s.Rules(ctx, Viewer{})
		if err != nil || len(rules) != 3 {
			t.Fatalf("%d rules, %v", len(rules), err)
		}
		ban := NewRule{Kind: RuleBan, Offer: out.Entries["C2"], Demand: out.Entries["N1"], Reason: "c"}
		add := func() (id RuleID, err error) {
			err = d.InTx(ctx, func(tx *db.Tx) error { id, err = s.AddRuleTx(tx, "test", ban); return err })
			return id, err
		}
		if _, err := add(); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("pinned and kept apart: %v", err)
		}
		pin := rules[len(rules)-1]
		if ok, err := moved(t, s, func(tx *db.Tx) (bool, error) { return s.EndRuleTx(tx, "x", Viewer{}, pin.ID, pin.Version) }); !ok || err != nil || pin.Kind != RulePin {
			t.Fatal(pin.Kind, ok, err)
		}
		if _, err := add(); err != nil {
			t.Fatal(err)
		}
		if _, err := moved(t, s, func(tx *db.Tx) (bool, error) { return s.RestoreRuleTx(tx, "x", Viewer{}, pin.ID, pin.Version+1) }); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("the pin comes back beside the ban: %v", err)
		}
	})
}
