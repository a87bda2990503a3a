package market

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
)

func TestRules_AreMadeApprovedEndedAndPriced(t *testing.T) {
	s := bookSite(t)
	s.get(t, "officer", "/rules", "Đang áp dụng", "Ưu tiên đơn vị nhỏ", "Mức trần", "Chưa được lãnh đạo duyệt")
	s.get(t, "officer", "/rules/new?kind=pin&offer=C2&demand=N1", `value="C2"`, `value="N1"`, "Ít nhất")
	bad := s.do(t, "officer", "POST", "/rules/new", url.Values{"kind": {"pin"}, "offer": {"C2"}, "demand": {"N99"}, "amount": {"nhiều"}})
	if bad.status != 422 || !strings.Contains(bad.body, "Không tìm thấy mã này") || !strings.Contains(bad.body, "Hãy ghi lý do") {
		t.Errorf("%d %s", bad.status, firstWords(bad.body))
	}
	for _, c := range []struct {
		form url.Values
		want string
	}{
		{url.Values{"kind": {"pin"}, "offer": {"C2"}, "demand": {"N4"}, "amount": {"1"}, "reason": {"thử"}}, "khác mặt hàng"},
		{url.Values{"kind": {"pin"}, "offer": {"C2"}, "demand": {"N1"}, "amount": {"4"}, "reason": {"thử"}}, "không quá 3"},
		{url.Values{"kind": {"bonus"}, "bonus": {"poor"}, "amount": {"501"}, "reason": {"thử"}}, "từ 1 đến 500"},
	} {
		if a := s.do(t, "officer", "POST", "/rules/new", c.form); a.status != 422 || !strings.Contains(a.body, c.want) {
			t.Errorf("%v: %d %s", c.form, a.status, firstWords(a.body))
		}
	}
	s.leave(t, "officer", "/rules/new", url.Values{"kind": {"ban"}, "offer": {"C2"}, "demand": {"N1"}, "reason": {"khách quen của nơi khác"}, "idem": {"a"}})
	page := s.get(t, "leader", "/rules", "Không ghép: THT Nam Phong (C2) với Siêu thị Bãi Cháy (N1).", "khách quen của nơi khác")
	id := regexp.MustCompile(`/rules/(\d+)/approve`).FindStringSubmatch(page)
	if id == nil {
		t.Fatal("the leader cannot approve")
	}
	if a := s.do(t, "officer", "POST", "/rules/"+id[1]+"/approve", url.Values{"row_version": {"1"}}); a.status != 403 {
		t.Errorf("an officer approves: %d", a.status)
	}
	s.leave(t, "leader", "/rules/"+id[1]+"/approve", url.Values{"row_version": {"1"}})
	plan := s.makeRun(t, s.leave(t, "officer", "/plan/new", url.Values{"label": {"x"}, "from": {"15/12/2023"}, "horizon": {"24/1/2024"}}))
	s.get(t, "officer", "/rules", "Lãnh đạo duyệt: Người leader", "tổng lợi ích")
	s.get(t, "officer", planPath(plan), "Không ghép: THT Nam Phong với Siêu thị Bãi Cháy.")
	s.get(t, "officer", linePath(plan, 0), "/rules/new?", "kind=pin", "kind=ban")
	if page := s.get(t, "auditor", linePath(plan, 0)); strings.Contains(page, "/rules/new?") {
		t.Error("an auditor is offered to pin")
	}
	s.leave(t, "officer", "/rules/"+id[1]+"/end", url.Values{"row_version": {"2"}})
	if a := s.do(t, "officer", "POST", "/rules/"+id[1]+"/end", url.Values{"row_version": {"2"}}); a.status != 409 {
		t.Errorf("ended twice: %d", a.status)
	}
	s.leave(t, "officer", "/rules/"+id[1]+"/restore", url.Values{"row_version": {"3"}})
	s.get(t, "officer", "/rules?lang=en", "In force", "Approved by")
	s.leave(t, "officer", "/rules/new", url.Values{"kind": {"bonus"}, "bonus": {"small"}, "amount": {"200"}, "reason": {"nâng mức"}})
	n := 0
	rules, err := s.area.Store.Rules(context.Background(), Viewer{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rules {
		if rules[i].Kind == RuleBonus && rules[i].On() {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d bonuses of one kind in force", n)
	}
}

func TestRules_StayInsideTheTerritory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), storeOn(t, d)
		_, out := book(t, s, "lon-xon-1")
		all, _, err := s.Entries(ctx, EntryFilter{Side: SideOffer, Sort: "id"})
		if err != nil || len(out.Entries) == 0 {
			t.Fatal(err)
		}
		wants, _, err := s.Entries(ctx, EntryFilter{Side: SideDemand, Sort: "id", Size: 1})
		if err != nil {
			t.Fatal(err)
		}
		mine := all[0].Place()
		var inside, outside RuleID
		err = d.InTx(ctx, func(tx *db.Tx) error {
			for _, e := range all {
				org, err := s.Orgs.OrgTx(tx, e.Org)
				if err != nil {
					return err
				}
				here := e.Place() == mine || org.Place == mine
				if here && inside != 0 || !here && outside != 0 {
					continue
				}
				id, err := s.AddRuleTx(tx, "test", NewRule{Kind: RuleBan, Offer: e.ID, Demand: wants[0].ID, Reason: "x"})
				if err != nil {
					return err
				}
				if here {
					inside = id
				} else {
					outside = id
				}
			}
			return nil
		})
		if err != nil || inside == 0 || outside == 0 {
			t.Fatal(inside, outside, err)
		}
		v := sightOver(t, s, mine)
		list, err := s.Rules(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[RuleID]bool{}
		for i := range list {
			seen[list[i].ID] = true
		}
		if !seen[inside] || seen[outside] {
			t.Errorf("sees %v", seen)
		}
		if _, err := moved(t, s, func(tx *db.Tx) (bool, error) { return s.EndRuleTx(tx, "x", v, outside, 1) }); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("ends a rule elsewhere: %v", err)
		}
		if ok, err := moved(t, s, func(tx *db.Tx) (bool, error) { return s.EndRuleTx(tx, "x", v, inside, 1) }); !ok || err != nil {
			t.Error(ok, err)
		}
	})
}
