package registry

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/sheet"
)

// district makes an officer of one district, Yên Thủy, where HTX Đại Đồng is.
func (s *site) district(t *testing.T, scope string) auth.Role {
	t.Helper()
	role := auth.Role("officer of " + scope)
	s.accounts.Under = s.area.Atlas.Under
	id, err := s.accounts.Add(ctx, "test", auth.NewAccount{Login: "cb." + scope, Name: "Cán bộ huyện", Role: auth.Officer, Scope: scope})
	if err != nil {
		t.Fatal(err)
	}
	if s.tokens[role], err = s.sessions.Open(ctx, id, ""); err != nil {
		t.Fatal(err)
	}
	return role
}

func TestTerritory_ADistrictOfficerSeesItsDistrictOnly(t *testing.T) {
	s := newSite(t)
	me := s.district(t, "158@2023")
	mine, foreign := orgPath(s.ids[1]), orgPath(s.ids[0])
	if _, err := s.area.AddPaper(ctx, "test", Paper{Org: s.ids[0], Kind: "ocop"}); err != nil {
		t.Fatal(err)
	}
	ps, _ := s.area.Papers(ctx, s.ids[0])

	list := s.do(t, me, "GET", "/organisations", nil)
	list.wants(t, 200, "1 đơn vị trong sổ", "HTX Đại Đồng")
	for _, q := range []string{"", "?q=thu+phong", "?q=0900000118", "?where=outside", "?where=154%402023", "?sort=-members"} {
		for _, path := range []string{"/organisations", "/organisations.csv", "/organisations.xlsx"} {
			a := s.do(t, me, "GET", path+q, nil)
			body := a.body
			if path == "/organisations.xlsx" {
				sheets, err := sheet.Read([]byte(body), sheet.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				body = fmt.Sprint(sheets[0].Rows)
			}
			if a.status != 200 || strings.Contains(body, "HTX Thu Phong") || strings.Contains(body, "Lạch Tray") {
				t.Errorf("%s%s: %d, or somebody else's organisation in it", path, q, a.status)
			}
		}
	}
	s.do(t, me, "GET", mine, nil).wants(t, 200, "HTX Đại Đồng")
	s.do(t, me, "GET", mine+"/edit", nil).wants(t, 200)
	for _, c := range []struct{ method, path string }{
		{"GET", foreign},
		{"GET", foreign + "/edit"},
		{"POST", foreign},
		{"POST", foreign + "/papers"},
		{"POST", fmt.Sprintf("%s/papers/%d/remove", foreign, ps[0].ID)},
		{"POST", fmt.Sprintf("%s/papers/%d/remove", mine, ps[0].ID)},
	} {
		if a := s.do(t, me, c.method, c.path, url.Values{"row_version": {"1"}}); a.status != 404 {
			t.Errorf("%s %s: %d, want 404", c.method, c.path, a.status)
		}
	}
	if again, _ := s.area.Papers(ctx, s.ids[0]); len(again) != 1 {
		t.Error("a foreign paper is gone")
	}
}

func TestTerritory_NothingIsWrittenOutOfOnesSight(t *testing.T) {
	s := newSite(t)
	me := s.district(t, "158@2023")
	for _, place := range []string{"huyện Cao Phong", ""} {
		s.do(t, me, "POST", "/organisations", form(map[string]string{"name": "HTX Mới", "place": place})).wants(t, 422, "ngoài địa bàn")
	}
	if a := s.do(t, me, "POST", "/organisations", form(map[string]string{"name": "HTX Mới", "place": "huyện Yên Thủy"})); a.status != 303 {
		t.Errorf("in the own district: %d", a.status)
	}
	in := form(map[string]string{"name": "HTX Đại Đồng", "place": "huyện Cao Phong", "row_version": "1"})
	s.do(t, me, "POST", orgPath(s.ids[1]), in).wants(t, 422, "ngoài địa bàn")
	taken := form(map[string]string{"name": "HTX Khác", "place": "huyện Yên Thủy", "tax_code": "0100233488"})
	a := s.do(t, me, "POST", "/organisations", taken)
	a.wants(t, 422, "địa bàn khác")
	if strings.Contains(a.body, "HTX Thu Phong") {
		t.Error("the name of a foreign organisation is told")
	}
	like := form(map[string]string{"name": "Hợp tác xã Thu Phong", "place": "huyện Yên Thủy"})
	if a := s.do(t, me, "POST", "/organisations", like); a.status != 303 {
		t.Errorf("a like name elsewhere is not ours to know: %d", a.status)
	}
}

func TestTerritory_InTheQueriesOfBothEngines(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := store(t, d)
		ids := seed(t, s)
		nowhere, err := s.Add(ctx, "test", Org{Kind: Coop, Name: "HTX Chưa rõ nơi"})
		if err != nil {
			t.Fatal(err)
		}
		accounts := auth.NewAccounts(d, auth.NewSessions(d, nil))
		accounts.Under = s.Atlas.Under
		id, err := accounts.Add(ctx, "test", auth.NewAccount{Login: "can.bo", Name: "Cán bộ", Role: auth.Officer, Scope: "152@2023"})
		if err != nil {
			t.Fatal(err)
		}
		today := auth.Today(time.Now())
		in, before := Viewer{Sight: auth.Sight{Account: id, Day: today}}, Viewer{Sight: auth.Sight{Account: id, Day: calendar.Date(2001, 1, 1)}}
		for _, c := range []struct {
			name  string
			v     Viewer
			list  string
			total int
		}{
			{"the district", in, "HTX Ánh Dương", 1},
			{"before the grant", before, "", 0},
			{"own organisation", Viewer{Sight: auth.Nowhere(), Own: ids[0]}, "HTX Thu Phong", 1},
			{"nobody", Viewer{Sight: auth.Nowhere()}, "", 0},
		} {
			list, total, err := s.Orgs(ctx, Filter{Viewer: c.v})
			if err != nil || names(list) != c.list || total != c.total {
				t.Errorf("%s: %s, %d %v", c.name, names(list), total, err)
			}
			if n, err := s.Counts(ctx, Filter{Viewer: c.v}); err != nil || n.Total("") != c.total {
				t.Errorf("%s: counts %v %v", c.name, n, err)
			}
			if _, err := s.OrgSeen(ctx, c.v, nowhere); err == nil {
				t.Errorf("%s: an organisation without a place is seen", c.name)
			}
		}
		if _, err := s.OrgSeen(ctx, in, ids[3]); err != nil {
			t.Error(err)
		}
		if _, err := s.OrgSeen(ctx, in, ids[0]); err == nil {
			t.Error("a foreign organisation is seen")
		}
		// under the new borders the commune is the same ground
		moved, err := s.Add(ctx, "test", Org{Kind: Coop, Name: "HTX Sau sáp nhập", Place: "05047@2025"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.OrgSeen(ctx, in, moved); err != nil {
			t.Errorf("a commune of 2025 on the district's ground: %v", err)
		}
	})
}
