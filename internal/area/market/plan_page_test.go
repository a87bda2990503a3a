package market

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

// planSite is the area behind the real floor with one small round and its plan, and one
// account per role and per party.
type planSite struct {
	*httptest.Server
	area   *Area
	in     Input
	id     PlanID
	plan   *Plan
	tokens map[string]string // by role, or by party id
}

var planClock = time.Date(2023, 12, 15, 3, 0, 0, 0, time.UTC) // a Friday

// smallRound has every situation of the pages: a lead, a direct line, a short order, an
// order with nothing, offers left for their papers and their days, a guessed price, a cap.
// Private figures are odd numbers that nothing else on a page can be.
func smallRound() Input {
	day := calendar.Date(2023, 12, 15)
	in := Input{
		AsOf: day, Horizon: day + 40, Params: DefaultParams(),
		Commodities: []Commodity{
			{Code: "BUOI-DIEN", NameVI: "Bưởi Diễn", NameEN: "Dien pomelo", ShelfDays: 45, Unit: weight.Kilogram, RefFloor: 8_111_000, RefPrice: 17_333_000},
			{Code: "CAM", NameVI: "Cam", NameEN: "Orange", ShelfDays: 20, Unit: weight.Kilogram, RefFloor: 9_000_000, RefPrice: 20_000_000},
		},
		Places: []Place{
			{Key: "05089@2023", Name: "xã Thu Phong, huyện Cao Phong", District: "Cao Phong", Province: "Hòa Bình", LatE6: 20_700_000, LonE6: 105_330_000},
			{Key: "05389@2023", Name: "xã Đoàn Kết, huyện Yên Thủy", District: "Yên Thủy", Province: "Hòa Bình", LatE6: 20_400_000, LonE6: 105_620_000},
			{Key: "31@2023", Name: "Hải Phòng", District: "Hải Phòng", Province: "Hải Phòng", LatE6: 20_860_000, LonE6: 106_680_000},
		},
		Roads: []Road{{From: "05089@2023", To: "05389@2023", Km: 60}, {From: "05089@2023", To: "31@2023", Km: 190}, {From: "05389@2023", To: "31@2023", Km: 170}},
		Parties: []Party{
			{ID: "P1", Name: "HTX Thu Phong", Kind: KindCoop, Contact: "Bùi Thị Hiền", Phone: "0900000118", TaxCode: "0100233488", Place: "05089@2023"},
			{ID: "P2", Name: "THT Nam Phong", Kind: KindGroup, Contact: "Bùi Văn Ba", Phone: "0900000119", Place: "05089@2023", Small: true},
			{ID: "P3", Name: "HTX Đại Đồng", Kind: KindCoop, TaxCode: "0100112437", Place: "05389@2023"},
			{ID: "P4", Name: "Hộ Quách Văn Xa", Kind: KindHousehold, Place: "05389@2023"},
			{ID: "P5", Name: "Siêu thị Bãi Cháy", Kind: KindEnterprise, TaxCode: "0101243150", Place: "31@2023"},
			{ID: "P6", Name: "Nông sản Lạch Tray", Kind: KindEnterprise, TaxCode: "0100109106", Place: "31@2023"},
		},
	}
	offer := func(id, party, place string, tonnes weight.Grams, floor, trader money.PerTonne, papers ...Paper) Offer {
		return Offer{
			ID: id, Party: party, Place: place, Commodity: "BUOI-DIEN", Mix: [4]int64{0, 1000, 0, 0}, Papers: papers, Firm: tonnes * weight.Tonne,
			From: day + 3, To: day + 25, Floor: floor, Trader: trader,
		}
	}
	attp := Paper{Kind: "attp"}
	vg := Paper{Kind: "vietgap", Until: day + 200}
	in.Offers = []Offer{
		offer("C1", "P1", "05089@2023", 8, 9_137_000, 10_373_000, attp, vg),
		offer("C2", "P2", "05089@2023", 3, 8_747_000, 0, attp, vg),
		offer("C3", "P3", "05389@2023", 14, 8_219_000, 9_871_000, attp),
		offer("C4", "P4", "05389@2023", 2, 0, 0),
		offer("C5", "P3", "05389@2023", 6, 29_953_000, 0, attp),
	}
	in.Offers[3].From, in.Offers[3].To = day+30, day+38
	demand := func(id, party string, tonnes weight.Grams, ceiling money.PerTonne, papers ...string) Demand {
		return Demand{
			ID: id, Party: party, Place: "31@2023", Commodity: "BUOI-DIEN", MinClass: 1, Papers: papers, Quantity: tonnes * weight.Tonne,
			From: day + 4, To: day + 20, Ceiling: ceiling, DiscountBP: 150, PayDays: 15,
		}
	}
	in.Demands = []Demand{
		demand("N1", "P5", 10, 19_777_000, "vietgap"),
		demand("N2", "P6", 14, 0),
		demand("N3", "P6", 4, 18_629_000, "globalgap"),
		{ID: "N4", Party: "P5", Place: "31@2023", Commodity: "CAM", Quantity: 5 * weight.Tonne, From: day + 4, To: day + 20, Ceiling: 21_487_000},
	}
	in.Demands[0].MaxInvoices = 1
	in.Rules.Bonuses = []Bonus{{Kind: BonusSmall, PerTonne: 100_000}}
	in.Rules.Caps = []Cap{{Party: "P3", Commodity: "BUOI-DIEN", Max: 11 * weight.Tonne, Reason: "để phần cho đơn vị nhỏ"}}
	return in
}

func planWords(t testing.TB) *i18n.Book {
	t.Helper()
	book, err := i18n.Load(db.Texts, auth.Texts, web.Texts, registry.Texts, catalog.Texts, places.Texts, Texts)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// emptySite is the area without a round.
func emptySite(t testing.TB) *planSite {
	t.Helper()
	d := dbtest.SQLite(t)
	atlas, err := places.Load()
	if err != nil {
		t.Fatal(err)
	}
	goods, err := catalog.LoadCommodities()
	if err != nil {
		t.Fatal(err)
	}
	book := planWords(t)
	s := &planSite{tokens: map[string]string{}}
	queue := jobs.New(d, nil) // nobody works on it before s.work
	s.area = New(AreaDeps{DB: d, Queue: queue, Orgs: &registry.Store{DB: d, Atlas: atlas}, Atlas: atlas, Catalog: goods, Book: book, Now: func() time.Time { return planClock }, Phone: "02180000901"})
	queue.Register(s.area.Jobs()...)
	sessions := auth.NewSessions(d, nil)
	srv, err := web.New(web.Config{DB: d, Book: book, Sessions: sessions, Routes: s.area.Routes()})
	if err != nil {
		t.Fatal(err)
	}
	s.Server = httptest.NewServer(srv)
	t.Cleanup(s.Close)
	for _, r := range auth.Roles {
		org := int64(0)
		if r == auth.Coop || r == auth.Buyer {
			org = 900_000 // nothing of theirs is in a round
		}
		s.account(t, string(r), r, org)
	}
	return s
}

// work begins to do the jobs of the queue.
func (s *planSite) work(t testing.TB) {
	t.Helper()
	if err := s.area.Runner.Queue.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.area.Runner.Queue.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func (s *planSite) account(t testing.TB, name string, role auth.Role, org int64) {
	t.Helper()
	ctx, sessions := context.Background(), auth.NewSessions(s.area.Store.DB, nil)
	id, err := auth.NewAccounts(s.area.Store.DB, sessions).Add(ctx, "test", auth.NewAccount{Login: "login-" + name, Name: "Người " + name, Role: role, Org: org})
	if err != nil {
		t.Fatal(err)
	}
	if s.tokens[name], err = sessions.Open(ctx, id, ""); err != nil {
		t.Fatal(err)
	}
}

func newPlanSite(t testing.TB) *planSite {
	t.Helper()
	s := emptySite(t)
	ctx := context.Background()
	round, err := s.area.Store.AddRound(ctx, "test", NewRound{Label: "Tuần 51", Origin: FromUpload, Input: smallRound()})
	if err != nil {
		t.Fatal(err)
	}
	if s.id, err = s.area.Runner.Make(ctx, "account:3", round, func(Progress) {}); err != nil {
		t.Fatal(err)
	}
	h, err := s.area.plans.open(ctx, s.area.Store, s.id)
	if err != nil {
		t.Fatal(err)
	}
	s.in, s.plan = h.In, h.Plan
	orgs, err := s.area.Store.PartyOrgs(ctx, round)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range s.in.Parties {
		role := auth.Coop
		if strings.HasPrefix(p.Name, "Siêu") || strings.HasPrefix(p.Name, "Nông") {
			role = auth.Buyer
		}
		s.account(t, p.ID, role, int64(orgs[p.ID]))
	}
	return s
}

type planAnswer struct {
	status int
	body   string
	header http.Header
}

func (s *planSite) do(t testing.TB, who, method, path string, form url.Values) planAnswer {
	t.Helper()
	req, err := http.NewRequest(method, s.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if tok := s.tokens[who]; tok != "" {
		w := httptest.NewRecorder()
		auth.SetToken(w, tok, false)
		for _, c := range w.Result().Cookies() {
			req.AddCookie(c)
		}
	}
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return planAnswer{res.StatusCode, string(b), res.Header}
}

// get is a page that must be there, whole and in words.
func (s *planSite) get(t testing.TB, who, path string, words ...string) string {
	t.Helper()
	a := s.do(t, who, "GET", path, nil)
	if a.status != 200 {
		t.Fatalf("%s as %s: status %d", path, who, a.status)
	}
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			t.Errorf("%s as %s lacks %q", path, who, w)
		}
	}
	for _, bad := range []string{"⟦", "{0}", "{1}", "{2}", "%!", "\x01", "\x03"} {
		if i := strings.Index(a.body, bad); i >= 0 {
			t.Errorf("%s as %s holds %q: …%s…", path, who, bad, a.body[max(0, i-60):min(i+60, len(a.body))])
		}
	}
	return a.body
}

func TestPlanPages_WhoMay(t *testing.T) {
	s := newPlanSite(t)
	base := planPath(s.id)
	for _, c := range []struct {
		path         string
		staff, party int
	}{
		{"/plan", 200, 403},
		{base, 200, 403},
		{base + "/line/1", 200, 403},
		{base + "/proof", 200, 403},
		{base + "/file", 200, 403},
		{"/plan/999", 404, 403},
		{"/plan/x", 404, 403},
		{base + "/line/0", 404, 403},
		{base + "/line/999", 404, 403},
		{base + "/proof-file", 404, 403},
		{"/plan/999/letter/C4", 404, 404},
		{base + "/letter/ZZ", 404, 404},
		{"/me", 403, 200},
	} {
		for _, who := range []string{"admin", "leader", "officer", "auditor"} {
			if got := s.do(t, who, "GET", c.path, nil).status; got != c.staff {
				t.Errorf("%s as %s: %d, want %d", c.path, who, got, c.staff)
			}
		}
		for _, who := range []string{"P1", "P5"} {
			if got := s.do(t, who, "GET", c.path, nil).status; got != c.party {
				t.Errorf("%s as %s: %d, want %d", c.path, who, got, c.party)
			}
		}
		if got := s.do(t, "", "GET", c.path, nil).status; got != 303 {
			t.Errorf("%s as a stranger: %d", c.path, got)
		}
	}
}

func TestPlanPage_SaysIt(t *testing.T) {
	s := newPlanSite(t)
	s.get(t, "leader", "/plan", "Phương án kết nối", "(dự thảo)", "Bản 1", "Người officer lập lúc", "bà con thực nhận thêm khoảng", "chưa có người mua",
		"còn lại lấy từ đâu", "Mức trần: HTX Đại Đồng", "Ưu tiên đơn vị nhỏ", "Siêu thị Bãi Cháy", "HTX đầu mối", "HTX Thu Phong", "Thiếu", "không phải bị loại",
		"Cách gần nhất", "0218 000 0901", `class="pic wide"`, `class="pic narrow"`, "không có cách ghép nào có tổng lợi ích cao hơn", "Chương trình kiểm tra độc lập: ĐẠT",
		"Số khai sai thì phương án cũng sai", `data-do="print"`)
	s.get(t, "officer", planPath(s.id)+"?lang=en", "Matching plan", "(draft)", "growers net about", "Not matched yet", "Independent check: PASSED", "Nearest ways")
	for _, word := range []string{"thuật toán", "tối ưu", "đối ngẫu", "giá cao", "bị loại khỏi"} {
		if strings.Contains(strings.ToLower(s.get(t, "leader", planPath(s.id)+"?lang=vi")), word) {
			t.Errorf("a leader reads %q", word)
		}
	}
}

func TestPlanPage_Filters(t *testing.T) {
	s := newPlanSite(t)
	base := planPath(s.id)
	order := func(id string) string { return `class="order" id="` + id + `"` }
	for _, c := range []struct {
		query     string
		has, lack []string
	}{
		{"", []string{order("N1"), order("N2"), order("N3"), order("N4")}, nil},
		{"?q=lach", []string{order("N2"), order("N3")}, []string{order("N1")}},
		{"?c=CAM", []string{order("N4")}, []string{order("N1")}},
		{"?s=none", []string{order("N3"), order("N4")}, []string{order("N1"), order("N2")}},
		{"?d=Y%C3%AAn+Th%E1%BB%A7y", []string{order("N2")}, []string{order("N1")}},
		{"?why=commodity", []string{"Siêu thị Bãi Cháy còn cần 5 tấn cam"}, []string{"6 tấn bưởi Diễn của HTX Đại Đồng</h3>"}},
		{"?side=offer", []string{"2 tấn bưởi Diễn của Hộ Quách Văn Xa"}, []string{"còn cần 5 tấn cam"}},
		{"?q=khongcoai", []string{"Không có đơn nào như vậy"}, []string{order("N1")}},
		{"?page=99&lpage=99&d=x&c=y&s=z&why=w", []string{order("N1")}, nil},
		{"?all=1", []string{order("N1")}, nil},
	} {
		body := s.get(t, "officer", base+c.query, c.has...)
		for _, w := range c.lack {
			if strings.Contains(body, w) {
				t.Errorf("%s shows %q", c.query, w)
			}
		}
	}
}

func TestPlanPage_EmptyTellsWhatToDo(t *testing.T) {
	s := emptySite(t)
	s.get(t, "officer", "/plan", "Chưa có phương án nào", "Nhập chào bán và nhu cầu", `href="/plan/new"`, `href="/upload"`)
	s.get(t, "coop", "/me", "Chưa có chào bán hay nhu cầu nào")
	if got := s.do(t, "officer", "GET", "/plan/1", nil).status; got != 404 {
		t.Errorf("a plan that is not there: %d", got)
	}
}

// TestLinePage_StepsAddUp: the steps on every line's page lead from what the buyer pays to
// what the supplier nets.
func TestLinePage_StepsAddUp(t *testing.T) {
	s := newPlanSite(t)
	h, err := s.area.plans.open(context.Background(), s.area.Store, s.id)
	if err != nil {
		t.Fatal(err)
	}
	leads := 0
	for i := range h.Plan.Lines {
		x := h.story(i)
		now := x.line.Pays
		for _, k := range x.steps {
			now -= k.off
			if k.kind != "price" && k.after != now {
				t.Fatalf("line %d: after %s there are %v, said %v", i, k.kind, now, k.after)
			}
			if k.kind == "round" && (k.off < 0 || k.off > 10) {
				t.Errorf("line %d: %v are lost in rounding: a step is missing", i, k.off)
			}
		}
		if now != x.line.Net {
			t.Errorf("line %d: the steps end at %v, the net is %v", i, now, x.line.Net)
		}
		if x.lead != nil {
			leads++
		}
		s.get(t, "officer", linePath(s.id, i), "Giá đi từ bên mua về vườn", "Chiết khấu", "Vận chuyển đến bên mua", " km, xe ", "Cách khác tốt nhất")
	}
	if leads == 0 {
		t.Error("no line goes through a lead: the round shows too little")
	}
	s.get(t, "officer", linePath(s.id, 0)+"?lang=en", "From the buyer’s price to the garden", "Freight to the buyer")
}

func TestProofPage_HoldsEverything(t *testing.T) {
	s := newPlanSite(t)
	for _, who := range []string{"officer", "auditor", "leader", "admin"} {
		s.get(t, who, planPath(s.id)+"/proof", "ĐẠT", "Nhóm độc lập", "Cận trên", "Khoảng giá tham khảo nội bộ", "không phải giá quy định", "Tham số đã dùng", "Xe 8 tấn",
			"Vì sao các cặp không ghép", "Cặp bị quy định tách ra", "Mức trần: HTX Đại Đồng")
	}
	s.get(t, "auditor", planPath(s.id)+"/proof?lang=en&gpage=9&ppage=9&bpage=9&c=CAM", "Independent groups", "Bound (VND)")
	h, err := s.area.plans.open(context.Background(), s.area.Store, s.id)
	if err != nil {
		t.Fatal(err)
	}
	if g := h.Plan.Groups[0]; g.Bound.Cmp(g.Objective) != 0 || g.Objective.String() == "0" || len(g.Nodes) == 0 {
		t.Errorf("the figures of a group are lost on the way to the page: %v %v %d", g.Objective, g.Bound, len(g.Nodes))
	}
}

func TestPlanFile_IsTheWorkbook(t *testing.T) {
	s := newPlanSite(t)
	a := s.do(t, "auditor", "GET", planPath(s.id)+"/file", nil)
	sheets, err := sheet.Read([]byte(a.body), sheet.Limits{})
	if err != nil || len(sheets) < 5 || !strings.Contains(a.header.Get("Content-Disposition"), "phuong-an-"+strconv.Itoa(int(s.id))+".xlsx") {
		t.Errorf("%v, %d sheets, %v", err, len(sheets), a.header)
	}
	file, _, err := s.area.Store.PlanFile(context.Background(), s.id)
	if err != nil || !bytes.Equal(file, []byte(a.body)) {
		t.Error("the download is not what was stored")
	}
}

func TestLetter_OwnOnly(t *testing.T) {
	s := releasedSite(t)
	owner := map[string]string{}
	for _, o := range s.in.Offers {
		owner[o.ID] = o.Party
	}
	for _, d := range s.in.Demands {
		owner[d.ID] = d.Party
	}
	left := append(append([]LeftOut{}, s.plan.LeftOffers...), s.plan.LeftDemands...)
	if len(left) < 4 {
		t.Fatalf("only %d are left out", len(left))
	}
	for _, x := range left {
		path := letterPath(s.id, x.ID)
		for _, p := range s.in.Parties {
			want := 404
			if p.ID == owner[x.ID] {
				want = 200
			}
			if got := s.do(t, p.ID, "GET", path, nil).status; got != want {
				t.Errorf("%s as %s: %d, want %d", path, p.ID, got, want)
			}
			if want == 404 {
				if got := s.do(t, p.ID, "POST", path+"/review", url.Values{}).status; got != 404 {
					t.Errorf("review of %s as %s: %d", path, p.ID, got)
				}
			}
		}
		for _, who := range []string{"officer", "auditor", "leader", "admin"} {
			s.get(t, who, path, "Kính gửi", "Lý do:", "0218 000 0901", "Gửi qua Zalo", "chưa phải hợp đồng", "Chỉ cán bộ xem")
		}
		if body := s.get(t, owner[x.ID], path+"?lang=en", "Reason:", "Ask for a second look"); strings.Contains(body, "For the staff only") {
			t.Errorf("%s shows its owner what is for the staff", path)
		}
	}
}

func TestReview_DueInTwoWorkingDays(t *testing.T) {
	s := releasedSite(t)
	path := letterPath(s.id, "C4")
	a := s.do(t, "P4", "POST", path+"/review", url.Values{"note": {"đã đổi ngày hái " + strings.Repeat("x", 600)}})
	if a.status != 303 || a.header.Get("Location") != path {
		t.Fatalf("%d %s", a.status, a.header.Get("Location"))
	}
	s.get(t, "P4", path, "Trả lời chậm nhất ngày 19/12/2023", "đã đổi ngày hái") // Friday + 2 working days
	if a = s.do(t, "officer", "POST", path+"/review", url.Values{"note": {"khác"}}); a.status != 303 {
		t.Fatalf("asking again: %d", a.status)
	}
	all, err := s.area.Store.Reviews(context.Background(), s.id)
	if err != nil || len(all) != 1 || !strings.HasPrefix(all[0].Note, "đã đổi") || len([]rune(all[0].Note)) != MaxNote {
		t.Errorf("%v %+v", err, all)
	}
	if got := s.do(t, "auditor", "POST", path+"/review", url.Values{}).status; got != 403 {
		t.Errorf("an auditor writes: %d", got)
	}
}

func TestMe_SaysWhomHowMuchWhenAtWhat(t *testing.T) {
	s := releasedSite(t)
	s.get(t, "P2", "/me", "THT Nam Phong", "3 tấn bưởi Diễn cho Siêu thị Bãi Cháy", "đ/kg thực nhận tại vườn", "Lấy hàng", "tuần 5", "Có tiền", "giao cho HTX đầu mối HTX Thu Phong", "Chào bán đã khai", "8.747 đ/kg", "0218 000 0901")
	s.get(t, "P4", "/me", "chưa kết nối được", "theo thị trường", letterPath(s.id, "C4"))
	s.get(t, "P5", "/me", "10/10 tấn", "1 đầu mối, 2 nguồn", "Đủ số lượng", "VietGAP", "Lịch giao", "HTX Thu Phong", "Thanh toán sau 15 ngày", letterPath(s.id, "N4"))
	s.get(t, "P6", "/me?lang=en", "12/14 t", "2 t short", "Price (VND/kg)", letterPath(s.id, "N2"), letterPath(s.id, "N3"))
	s.get(t, "coop", "/me?lang=vi", "Chưa có chào bán hay nhu cầu nào của đơn vị") // an account without records
}

// chance are the parts of a page that hold random or hashed letters and digits, and the
// coordinates of the drawn mark.
var chance = regexp.MustCompile(`/static/[^"]*|name="idem" value="[^"]*"|(?s)<a class="brand".*?</a>`)

// TestParties_SeeNothingOfOthers searches the bytes of every page that a party's account
// can get for anybody else's private figures and for names that are no business of theirs.
func TestParties_SeeNothingOfOthers(t *testing.T) {
	s := releasedSite(t)
	base := planPath(s.id)
	paths := []string{"/me", "/me?lang=en", "/me?lang=vi", "/plan", base + "/answers", base, base + "/proof", base + "/file", base + "/proof-file"}
	for i := range s.plan.Lines {
		paths = append(paths, linePath(s.id, i))
	}
	for _, o := range s.in.Offers {
		paths = append(paths, letterPath(s.id, o.ID))
	}
	for _, d := range s.in.Demands {
		paths = append(paths, letterPath(s.id, d.ID), orderPath(s.id, d.ID))
	}
	pages := 0
	for _, me := range s.in.Parties {
		met := s.met(me.ID)
		for _, path := range paths {
			a := s.do(t, me.ID, "GET", path, nil)
			if a.status != 200 {
				continue
			}
			pages++
			figures := digitsOf(a.body)
			for what, v := range s.secrets(me.ID) {
				if figures[int64(v)] || figures[int64(v)/1000] {
					t.Errorf("%s as %s holds %s (%d)", path, me.ID, what, v)
				}
			}
			for _, p := range s.in.Parties {
				if !met[p.ID] && (strings.Contains(a.body, p.Name) || p.Phone != "" && strings.Contains(a.body, p.Phone)) {
					t.Errorf("%s as %s names %s", path, me.ID, p.Name)
				}
			}
		}
	}
	if pages < 15 {
		t.Errorf("only %d pages were read", pages)
	}
}

// met are whom a party has to do with in the plan: who buys from it, who leads it, who
// delivers and invoices to it, and leads that a next step of its own names.
func (s *planSite) met(me string) map[string]bool {
	met := map[string]bool{me: true}
	of := map[string]string{}
	for _, o := range s.in.Offers {
		of[o.ID] = o.Party
	}
	for _, d := range s.in.Demands {
		of[d.ID] = d.Party
	}
	for _, x := range s.plan.Lines {
		if of[x.Offer] == me {
			met[of[x.Demand]], met[x.Via] = true, true
		}
		if of[x.Demand] == me {
			if x.Via != "" {
				met[x.Via] = true
			} else {
				met[of[x.Offer]] = true
			}
		}
	}
	for _, l := range append(append([]LeftOut{}, s.plan.LeftOffers...), s.plan.LeftDemands...) {
		for _, k := range l.Steps {
			if of[l.ID] == me {
				met[k.Via] = true
			}
		}
	}
	return met
}

// secrets are the private figures of everybody else, and what lies between the sides.
func (s *planSite) secrets(me string) map[string]money.PerTonne {
	out := map[string]money.PerTonne{}
	add := func(what, id string, v money.PerTonne) {
		if v != 0 {
			out[fmt.Sprint(what, " of ", id)] = v
		}
	}
	of, own := map[string]string{}, map[money.VND]bool{}
	for _, o := range s.in.Offers {
		of[o.ID] = o.Party
		if o.Party != me {
			add("floor", o.ID, o.Floor)
			add("trader", o.ID, o.Trader)
		}
	}
	for _, d := range s.in.Demands {
		of[d.ID] = d.Party
		if d.Party != me {
			add("ceiling", d.ID, d.Ceiling)
		}
	}
	for i, x := range s.plan.Lines {
		id := strconv.Itoa(i + 1)
		add("reserve", id, x.Reserve)
		add("gain", id, x.Gain)
		add("exact net", id, x.Net)
		add("exact price", id, x.Pays)
		if of[x.Offer] != me {
			add("net shown", id, money.PerTonne(down(x.Net))*1000)
		}
		if of[x.Demand] != me {
			add("price shown", id, money.PerTonne(up(x.Pays))*1000)
		}
		if of[x.Offer] == me {
			own[down(x.Net)] = true
		}
		if of[x.Demand] == me {
			own[up(x.Pays)] = true
		}
		if of[x.Offer] == me { // its own floor may be its reserve, and stands in its own list
			delete(out, "reserve of "+id)
		}
	}
	for what, v := range out { // the same rounded figure may be its own
		if own[money.VND(v/1000)] && v%100_000 == 0 {
			delete(out, what)
		}
	}
	for _, g := range s.plan.Groups {
		for _, r := range g.Prices {
			add("interval low", r.Offer+r.Demand, r.Low)
			add("interval high", r.Offer+r.Demand, r.High)
		}
	}
	return out
}

var shownNumber = regexp.MustCompile(`[0-9]+(?:[.,][0-9]{3})*(?:[.,][0-9]+)?`)

// digitsOf are all numbers of a page, written either way.
func digitsOf(body string) map[int64]bool {
	out := map[int64]bool{}
	for _, n := range shownNumber.FindAllString(chance.ReplaceAllString(body, " "), -1) {
		for _, s := range []string{n, strings.NewReplacer(".", "", ",", "").Replace(n), strings.ReplaceAll(n, ".", "")} {
			if v, err := strconv.ParseInt(s, 10, 64); err == nil && v > 999 {
				out[v] = true
			}
		}
	}
	return out
}
