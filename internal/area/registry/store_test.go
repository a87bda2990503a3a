package registry

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/weight"
)

var ctx = context.Background()

func store(t testing.TB, d *db.DB) *Store {
	t.Helper()
	a, err := places.Load()
	if err != nil {
		t.Fatal(err)
	}
	return &Store{DB: d, Atlas: a}
}

// a small register: two districts, one buyer outside.
func seed(t testing.TB, s *Store) []OrgID {
	t.Helper()
	ids, err := s.InsertOrgs(ctx, "test", []Org{
		{Kind: Coop, Name: "HTX Thu Phong", TaxCode: "0100233488", Place: "05089@2023", Members: 54, Contact: "Bùi Thị Hiền", Phone: "0900000118", Field: "agri", Founded: calendar.Date(2016, 3, 12)},
		{Kind: Coop, Name: "HTX Đại Đồng", Place: "05389@2023", Members: 31, Phone: "0900000160", OtherPhones: []string{"02183852111"}},
		{Kind: Group, Name: "THT Ân Nghĩa", Place: "157@2023", Members: 12, Status: Suspended},
		{Kind: Coop, Name: "HTX Ánh Dương", Place: "05008@2023", Members: 9},
		{Kind: Enterprise, Name: "Công ty TNHH Lạch Tray", Place: "31@2023", Phone: "02253852111"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func names(list []Org) string {
	var ns []string
	for _, o := range list {
		ns = append(ns, o.Name)
	}
	return strings.Join(ns, " · ")
}

func TestOrgs_Filters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := store(t, d)
		seed(t, s)
		for _, c := range []struct {
			f    Filter
			want string
		}{
			{Filter{}, "Công ty TNHH Lạch Tray · HTX Ánh Dương · HTX Đại Đồng · HTX Thu Phong · THT Ân Nghĩa"},
			{Filter{Desc: true}, "THT Ân Nghĩa · HTX Thu Phong · HTX Đại Đồng · HTX Ánh Dương · Công ty TNHH Lạch Tray"},
			{Filter{Text: "dai dong"}, "HTX Đại Đồng"},
			{Filter{Text: "Đồng HTX"}, "HTX Đại Đồng"},
			{Filter{Text: "bùi hien"}, "HTX Thu Phong"},
			{Filter{Text: "0900 000"}, "HTX Đại Đồng · HTX Thu Phong"},
			{Filter{Text: "3852111"}, "Công ty TNHH Lạch Tray · HTX Đại Đồng"},
			{Filter{Text: "yen thuy"}, "HTX Đại Đồng"},
			{Filter{Text: "cao duong"}, "HTX Ánh Dương"},
			{Filter{Text: "a b c d e f"}, ""},
			{Filter{Text: "xyz%"}, ""},
			{Filter{Kinds: []Kind{Group}}, "THT Ân Nghĩa"},
			{Filter{Kinds: []Kind{Group, Enterprise}}, "Công ty TNHH Lạch Tray · THT Ân Nghĩa"},
			{Filter{District: "158@2023"}, "HTX Đại Đồng"},
			{Filter{Province: "31@2023"}, "Công ty TNHH Lạch Tray"},
			{Filter{Places: []string{"05008@2023", "05389@2023"}}, "HTX Ánh Dương · HTX Đại Đồng"},
			{Filter{Places: []string{}}, ""},
			{Filter{Outside: "17@2023"}, "Công ty TNHH Lạch Tray"},
			{Filter{Status: Suspended}, "THT Ân Nghĩa"},
			{Filter{Field: "agri"}, "HTX Thu Phong"},
			{Filter{Provinces: []string{"31@2023", "22@2023"}}, "Công ty TNHH Lạch Tray"},
			{Filter{Provinces: []string{}}, ""},
			{Filter{Viewer: Viewer{Sight: auth.Nowhere()}}, ""},
			{Filter{Sort: "members", Desc: true, Kinds: []Kind{Coop}}, "HTX Thu Phong · HTX Đại Đồng · HTX Ánh Dương"},
			{Filter{Sort: "district", Kinds: []Kind{Coop, Group}}, "HTX Thu Phong · THT Ân Nghĩa · HTX Ánh Dương · HTX Đại Đồng"},
			{Filter{Sort: "'; drop table registry_org"}, "Công ty TNHH Lạch Tray · HTX Ánh Dương · HTX Đại Đồng · HTX Thu Phong · THT Ân Nghĩa"},
			{Filter{Page: 2, Size: 2}, "HTX Đại Đồng · HTX Thu Phong"},
		} {
			list, total, err := s.Orgs(ctx, c.f)
			if err != nil {
				t.Fatal(err)
			}
			if got := names(list); got != c.want {
				t.Errorf("%+v: %s, want %s", c.f, got, c.want)
			}
			if c.f.Size == 0 && total != len(list) || c.f.Size > 0 && total != 5 {
				t.Errorf("%+v: total %d", c.f, total)
			}
		}
		cs, err := s.Counts(ctx, Filter{Status: Operating})
		if err != nil || cs.Total("") != 5 || cs.Total(Operating) != 4 || cs[Group][Suspended] != 1 {
			t.Errorf("%v %v", cs, err)
		}
	})
}

func TestOrgByID_ReadsWhatWasWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := store(t, d)
		in := Org{
			Kind: Coop, Name: "  HTX Hoà  Bình ", TaxCode: "100233488", Place: "05047@2025", Address: "xóm Đồng", Field: "agri",
			Members: 54, Regular: 6, Seasonal: 40, Founded: calendar.Date(2016, 3, 12), Contact: "Bùi Thị Hiền",
			Phone: "0900000118", OtherPhones: []string{"0900000119", "02183852111"}, Email: "a@b.vn", Note: "a\nb",
		}
		id, err := s.Add(ctx, "test", in)
		if err != nil {
			t.Fatal(err)
		}
		o, err := s.OrgByID(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if o.Name != "HTX Hoà  Bình" || o.TaxCode != "0100233488" || o.District != "152@2023" || o.Province != "17@2023" ||
			o.Status != Operating || fmt.Sprint(o.Phones()) != "[0900000118 0900000119 02183852111]" || o.Founded != in.Founded ||
			o.Members != 54 || o.Regular != 6 || o.Seasonal != 40 || o.Version != 1 || o.CreatedAt.IsZero() || o.Note != "a\nb" {
			t.Errorf("%+v", o)
		}
		if _, err := s.OrgByID(ctx, 999); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("no such organisation: %v", err)
		}
	})
}

func TestAdd_ErrDuplicateTaxCode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := store(t, d)
		ids := seed(t, s)
		_, err := s.Add(ctx, "test", Org{Kind: Coop, Name: "HTX Khác", TaxCode: "0100233488"})
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != "registry.fault.duplicate" || f.Where.Col != "tax_code" || f.Args[1] != "HTX Thu Phong" {
			t.Errorf("%v", err)
		}
		o, _ := s.OrgByID(ctx, ids[1])
		o.TaxCode = "0100233488"
		if _, err := s.Save(ctx, "test", o); !errors.As(err, &f) || f.Key != "registry.fault.duplicate" {
			t.Errorf("%v", err)
		}
		if _, total, _ := s.Orgs(ctx, Filter{}); total != 5 {
			t.Errorf("%d organisations", total)
		}
	})
}

func TestInsertOrgs_AllOrNone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := store(t, d)
		_, err := s.InsertOrgs(ctx, "test", []Org{{Kind: Coop, Name: "HTX A"}, {Kind: Coop, Name: ""}})
		var l fault.List
		if !errors.As(err, &l) || l[0].Where.Row != 2 || l[0].Where.Col != "name" {
			t.Errorf("%v", err)
		}
		if _, total, _ := s.Orgs(ctx, Filter{}); total != 0 {
			t.Errorf("%d organisations of a refused batch", total)
		}
	})
}

func TestSave_RefusesStale(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := store(t, d)
		ids := seed(t, s)
		first, _ := s.OrgByID(ctx, ids[0])
		second := first
		first.Contact = "Người Một"
		if ok, err := s.Save(ctx, "test", first); !ok || err != nil {
			t.Fatal(ok, err)
		}
		second.Contact = "Người Hai"
		if ok, err := s.Save(ctx, "test", second); ok || err != nil {
			t.Errorf("a stale save: %v %v", ok, err)
		}
		now, _ := s.OrgByID(ctx, ids[0])
		if now.Contact != "Người Một" || now.Version != 2 {
			t.Errorf("%+v", now)
		}
		if list, _, _ := s.Orgs(ctx, Filter{Text: "nguoi mot"}); len(list) != 1 {
			t.Error("the search did not follow the change")
		}
	})
}

func TestPapers_OK(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := store(t, d)
		ids := seed(t, s)
		until := calendar.Date(2024, 6, 30)
		id, err := s.AddPaper(ctx, "test", Paper{Org: ids[0], Kind: "vietgap", Number: "VG-1", Scope: 45 * weight.Tonne, AreaM2: 30_000, Until: until})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddPaper(ctx, "test", Paper{Org: ids[0], Kind: "ocop"}); err != nil {
			t.Fatal(err)
		}
		list, err := s.Papers(ctx, ids[0])
		if err != nil || len(list) != 2 || list[0].Kind != "ocop" || list[1].Scope != 45*weight.Tonne || list[1].Until != until || list[1].AreaM2 != 30_000 {
			t.Errorf("%+v %v", list, err)
		}
		if _, err := s.AddPaper(ctx, "test", Paper{Org: 999, Kind: "ocop"}); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a paper of nobody: %v", err)
		}
		if err := s.RemovePaper(ctx, "test", ids[1], id); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("another's paper was removed: %v", err)
		}
		if err := s.RemovePaper(ctx, "test", ids[0], id); err != nil {
			t.Error(err)
		}
		all, err := s.AllPapers(ctx)
		if err != nil || len(all[ids[0]]) != 1 {
			t.Errorf("%v %v", all, err)
		}
	})
}

func TestAlike_DropsTheKind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := store(t, d)
		seed(t, s)
		list, err := s.Alike(ctx, Viewer{}, "Hợp tác xã thu phong")
		if err != nil || names(list) != "HTX Thu Phong" {
			t.Errorf("%s %v", names(list), err)
		}
	})
}

func TestCheck_SaysAllAtOnce(t *testing.T) {
	s := store(t, nil)
	o := Org{Name: " ", Kind: "x", TaxCode: "123", Place: "99999@2023", Members: -1, Phone: "12", Email: "a b@c", Field: "y", Founded: 1}
	var l fault.List
	if err := o.Check(s.Atlas); !errors.As(err, &l) {
		t.Fatal(err)
	}
	var cols []string
	for _, f := range l {
		cols = append(cols, f.Where.Col)
	}
	if got := strings.Join(cols, " "); got != "name kind tax_code place field members phone email" {
		t.Errorf("%s", got)
	}
}

func TestPaperState_OK(t *testing.T) {
	day := calendar.Date(2023, 12, 18)
	for want, p := range map[PaperState]Paper{
		PaperValid: {Until: day + 100}, PaperSoon: {Until: day + 27}, PaperExpired: {Until: day - 1}, PaperOpen: {}, PaperFuture: {From: day + 1, Until: day + 300},
	} {
		if got := p.State(day); got != want {
			t.Errorf("%+v: %s, want %s", p, got, want)
		}
	}
}
