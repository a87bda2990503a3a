package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/app"
	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/hook"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/sample"
)

// site is the whole program on a port of this machine, over a data folder of its own.
type site struct {
	*app.App
	t    *testing.T
	db   *db.DB
	idle bool // nobody works on its jobs yet
	lent bool // the database is closed by whom it came from
	url  string
	dir  string
	data *planned
}

// planned is what the tests know of the small round that every site starts with.
type planned struct {
	Answer market.AnswerID // of a party of the plan
	Round  market.RoundID
	Plan   market.PlanID
	// Organisations with an account: Coop sells in the plan and keeps something unsold,
	// Buyer has orders and one demand that stays open. The others belong to somebody else.
	Orgs         map[string]int64
	Offer        string // of Coop, left out
	Demand       string // of Buyer, left out
	OtherOffer   string // of CoopOther
	OtherDemand  string // of BuyerOther
	CoopName     string
	BuyerName    string
	RivalName    string // BuyerOther
	Matched      int
	Messy        market.RoundID  // the workbook as staff write it, with what must be asked back
	Import       market.ImportID // the same workbook as a table that waits in the dry run
	OrgList      int64           // a list of organisations that waits in the dry run
	CutOff       int64           // a run that the end of the program cut off
	AccountByTag map[string]int64
	Webhooks     map[string]int64          // one of each account's own, to an address that is not there
	Entries      map[string]market.EntryID // by list and tag: "/offers" + "coop"
}

// people are the accounts of every site; the tag is the login.
var people = []struct {
	tag  string
	role auth.Role
	org  string
}{
	{"admin", auth.Admin, ""},
	{"leader", auth.Leader, ""},
	{"officer", auth.Officer, ""},
	{"auditor", auth.Auditor, ""},
	{"coop", auth.Coop, "coop"},
	{"buyer", auth.Buyer, "buyer"},
	{"coop.other", auth.Coop, "coop.other"},
	{"buyer.other", auth.Buyer, "buyer.other"},
}

// smallRound keeps about 150 offers and 40 demands of the sample, whole parties only: first
// buyers of the goods that are asked for most, then the suppliers who have most of them.
func smallRound(in market.Input) market.Input {
	asked, demands, offers := map[string]int{}, map[string][]string{}, map[string][]string{}
	for i := range in.Demands {
		d := &in.Demands[i]
		asked[d.Commodity]++
		demands[d.Party] = append(demands[d.Party], d.Commodity)
	}
	for i := range in.Offers {
		o := &in.Offers[i]
		offers[o.Party] = append(offers[o.Party], o.Commodity)
	}
	goods := make([]string, len(in.Commodities))
	for i := range in.Commodities {
		goods[i] = in.Commodities[i].Code
	}
	slices.SortStableFunc(goods, func(a, b string) int { return asked[b] - asked[a] })
	// fit is how many of a party's goods are among the main ones, per mille.
	fit := func(all []string) (n int) {
		for _, g := range all {
			if slices.Contains(goods[:8], g) {
				n++
			}
		}
		return n * 1000 / max(1, len(all))
	}
	keep := map[string]bool{}
	take := func(of map[string][]string, most int) {
		var ids []string
		for i := range in.Parties {
			if id := in.Parties[i].ID; len(of[id]) > 0 {
				ids = append(ids, id)
			}
		}
		slices.SortStableFunc(ids, func(a, b string) int { return fit(of[b]) - fit(of[a]) })
		for n, i := 0, 0; i < len(ids); i++ {
			if n+len(of[ids[i]]) <= most {
				keep[ids[i]], n = true, n+len(of[ids[i]])
			}
		}
	}
	take(demands, 40)
	take(offers, 150)
	out := in
	out.Offers, out.Demands, out.Parties, out.Places, out.Roads, out.Commodities = nil, nil, nil, nil, nil, nil
	places, traded := map[string]bool{}, map[string]bool{}
	for _, o := range in.Offers {
		if keep[o.Party] {
			out.Offers = append(out.Offers, o)
			places[o.Place], traded[o.Commodity] = true, true
		}
	}
	for _, d := range in.Demands {
		if keep[d.Party] {
			out.Demands = append(out.Demands, d)
			places[d.Place], traded[d.Commodity] = true, true
		}
	}
	for _, p := range in.Parties {
		if keep[p.ID] {
			out.Parties = append(out.Parties, p)
			places[p.Place] = true
		}
	}
	for _, p := range in.Places {
		if places[p.Key] {
			out.Places = append(out.Places, p)
		}
	}
	for _, r := range in.Roads {
		if places[r.From] && places[r.To] {
			out.Roads = append(out.Roads, r)
		}
	}
	for _, c := range in.Commodities {
		if traded[c.Code] {
			out.Commodities = append(out.Commodities, c)
		}
	}
	out.Rules = market.Rules{Bonuses: in.Rules.Bonuses}
	out.Params.Nodes, out.Params.Pivots = 10, 4_000
	return out
}

// fill brings a site's data to what the tests start from.
func fill(ctx context.Context, a *app.App) (*planned, error) {
	m := a.Areas.Market
	whole, err := sample.Build(m.Store.Atlas, a.Areas.Catalog.Catalog)
	if err != nil {
		return nil, err
	}
	in := smallRound(whole.Input)
	p := &planned{Orgs: map[string]int64{}, AccountByTag: map[string]int64{}, Webhooks: map[string]int64{}}
	if p.Messy, err = messyRound(ctx, a); err != nil {
		return nil, err
	}
	if p.Round, err = m.Store.AddRound(ctx, "test", market.NewRound{Label: "Đợt thử tháng 12/2023", Origin: market.FromSample, Input: in}); err != nil {
		return nil, err
	}
	// The book as it stands holds the same offers and demands, by the same references.
	err = m.Store.DB.InTx(ctx, func(tx *db.Tx) error {
		_, err := m.Store.BookTx(tx, in, market.Booking{By: "test", Channel: market.BySample, KeepRefs: true})
		return err
	})
	if err != nil {
		return nil, err
	}
	if p.Import, err = messyImport(ctx, m.Store); err != nil {
		return nil, err
	}
	if p.OrgList, err = orgList(ctx, a.Areas.Registry.Store); err != nil {
		return nil, err
	}
	if p.Plan, err = m.Runner.Make(ctx, "test", p.Round, func(market.Progress) {}); err != nil {
		return nil, err
	}
	// The plan stands: its parties see their part and are asked.
	err = m.Store.DB.InTx(ctx, func(tx *db.Tx) error {
		if _, err := m.Store.SubmitTx(tx, "test", p.Plan, 1, ""); err != nil {
			return err
		}
		_, err := m.Store.ReleaseTx(tx, "test-leader", p.Plan, 2, "")
		return err
	})
	if err != nil {
		return nil, err
	}
	asked, _, err := m.Store.Answers(ctx, market.Viewer{}, market.AnswerFilter{Plan: p.Plan, Size: 1})
	if err != nil || len(asked) == 0 {
		return nil, fmt.Errorf("nobody is asked: %w", err)
	}
	p.Answer = asked[0].ID
	// This run never ends: the program ends under it, and the next one says so.
	if p.CutOff, _, err = m.Store.StartRun(ctx, "test", p.Messy); err != nil {
		return nil, err
	}
	if err := p.choose(ctx, a); err != nil {
		return nil, err
	}
	if err := p.enter(ctx, a, in); err != nil {
		return nil, err
	}
	for _, u := range people {
		n := auth.NewAccount{Login: u.tag, Name: "Nguyễn Thu Hà", Role: u.role, Org: p.Orgs[u.org]}
		if u.tag == "officer" {
			n.Password = password
		}
		if p.AccountByTag[u.tag], err = a.Accounts.Add(ctx, "test", n); err != nil {
			return nil, err
		}
		w := hook.Wish{Name: "Kế toán của " + u.tag, URL: "https://ke-toan.invalid/lienket", Kinds: []hook.Kind{hook.PlanReturned}}
		if p.Webhooks[u.tag], _, err = a.Hooks.Add(ctx, nil, "test", p.AccountByTag[u.tag], w); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// enter gives every party an offer and a demand of its own in the book.
func (p *planned) enter(ctx context.Context, a *app.App, in market.Input) error {
	st := a.Areas.Market.Store
	p.Entries = map[string]market.EntryID{}
	return st.DB.InTx(ctx, func(tx *db.Tx) (err error) {
		for tag, org := range p.Orgs {
			n := market.NewEntry{Side: market.SideOffer, Org: registry.OrgID(org), Offer: in.Offers[0], Channel: market.ByPhone, AgreedBy: "bà Hiền"}
			if p.Entries["/offers"+tag], _, err = st.AddEntryTx(tx, "test", n); err != nil {
				return err
			}
			n = market.NewEntry{Side: market.SideDemand, Org: registry.OrgID(org), Demand: in.Demands[0], Channel: market.ByPhone}
			if p.Entries["/demands"+tag], _, err = st.AddEntryTx(tx, "test", n); err != nil {
				return err
			}
		}
		return nil
	})
}

// messyFile is the workbook as staff write it.
const messyFile = "../area/market/testdata/lon-xon-1.xlsx"

func messyRound(ctx context.Context, a *app.App) (market.RoundID, error) {
	file, err := os.ReadFile(messyFile)
	if err != nil {
		return 0, err
	}
	st := a.Areas.Market.Store
	in, asks, err := market.ReadWorkbook(file, market.Deps{Atlas: st.Atlas, Catalog: a.Areas.Catalog.Catalog},
		market.ReadOptions{Params: market.DefaultParams(), AsOf: calendar.Date(2023, 11, 20), Home: "Hòa Bình"})
	if err != nil {
		return 0, err
	}
	return st.AddRound(ctx, "test", market.NewRound{Label: "Lộn xộn", Origin: market.FromUpload, Input: in, Asks: asks, FileName: "lon-xon-1.xlsx", File: file})
}

func messyImport(ctx context.Context, st *market.Store) (id market.ImportID, err error) {
	file, err := os.ReadFile(messyFile)
	if err != nil {
		return 0, err
	}
	sheets, err := sheet.Read(file, sheet.Limits{})
	if err != nil {
		return 0, err
	}
	err = st.DB.InTx(ctx, func(tx *db.Tx) error {
		id, err = st.AddImportTx(tx, "test", "lon-xon-1.xlsx", file, sheets, calendar.Date(2023, 11, 20))
		return err
	})
	return id, err
}

// firstDay is a list of cooperatives as it is pasted on the first day: a title, groups, a
// sum, a place that is not known, a wrong tax code, the same twice.
const firstDay = "DANH SÁCH HTX, THT NĂM 2023\n" +
	"STT\tTên tổ chức\tXã\tGiám đốc\tĐiện thoại\tMST\tSố TV\tSản phẩm\n" +
	"I\tHuyện Cao Phong\t\t\t\t\t40\t\n" +
	"1\tHTX Suối Mơ Vàng\tTây Phong\tBùi Văn Thử\t0900 700 101\t\t21\tcam, bưởi\n" +
	"2\tHTX NÔNG NGHIỆP ĐỒI GIÓ LÀNH\tHợp Phong\tĐinh Thị Mẫu\t900700102\t0100233489\t12\tmía tím\n" +
	"3\tTHT nuôi ong Rừng Xa\tXã Không Có\tHà Văn Giả\t0900700103\t\t7\tmật ong\n" +
	"II\tHuyện Tân Lạc\t\t\t\t\t30\t\n" +
	"1\tMây Núi Xanh\tĐông Lai\tQuách Văn Tưởng\t0900700104\t\t18\tbưởi đỏ\n" +
	"2\tHTX Suối Mơ Vàng\tTây Phong\tBùi Văn Thử\t0900700101\t\t\t\n" +
	"\tTổng cộng\t\t\t\t\t58\t\n"

// orgList leaves such a list in the dry run.
func orgList(ctx context.Context, st *registry.Store) (int64, error) {
	s, err := sheet.ReadText(firstDay)
	if err != nil {
		return 0, err
	}
	s.Text = ""
	id, err := st.AddImport(ctx, nil, "test", "Danh sách ngày đầu", registry.ImportDoc{Sheets: []sheet.Sheet{s}, Answers: map[string]string{}})
	return int64(id), err
}

// choose finds the parties that the journeys follow.
func (p *planned) choose(ctx context.Context, a *app.App) error {
	st := a.Areas.Market.Store
	plan, err := st.PlanDoc(ctx, p.Plan)
	if err != nil {
		return err
	}
	in, err := st.Input(ctx, p.Round)
	if err != nil {
		return err
	}
	orgs, err := st.PartyOrgs(ctx, p.Round)
	if err != nil {
		return err
	}
	p.Matched = plan.Totals.DemandsMatched
	seller, buyer, name := map[string]string{}, map[string]string{}, map[string]string{}
	for i := range in.Offers {
		seller[in.Offers[i].ID] = in.Offers[i].Party
	}
	for i := range in.Demands {
		buyer[in.Demands[i].ID] = in.Demands[i].Party
	}
	for i := range in.Parties {
		name[in.Parties[i].ID] = in.Parties[i].Name
	}
	sells, buys := map[string]bool{}, map[string]bool{}
	for i := range plan.Lines {
		sells[seller[plan.Lines[i].Offer]], buys[buyer[plan.Lines[i].Demand]] = true, true
	}
	pick := func(left []market.LeftOut, party map[string]string, in map[string]bool, want bool, not string) (id, who string) {
		for _, l := range left {
			if w := party[l.ID]; w != not && in[w] == want {
				return l.ID, w
			}
		}
		return "", ""
	}
	var coop, coopOther, buyerMain, buyerOther string
	p.Offer, coop = pick(plan.LeftOffers, seller, sells, true, "")
	p.Demand, buyerMain = pick(plan.LeftDemands, buyer, buys, true, "")
	p.OtherOffer, coopOther = pick(plan.LeftOffers, seller, sells, false, coop)
	p.OtherDemand, buyerOther = pick(plan.LeftDemands, buyer, buys, false, buyerMain)
	for tag, party := range map[string]string{"coop": coop, "buyer": buyerMain, "coop.other": coopOther, "buyer.other": buyerOther} {
		if party == "" {
			return fmt.Errorf("the small round has no %s to follow: %d lines, %d and %d left out", tag, len(plan.Lines), len(plan.LeftOffers), len(plan.LeftDemands))
		}
		p.Orgs[tag] = int64(orgs[party])
	}
	p.CoopName, p.BuyerName, p.RivalName = name[coop], name[buyerMain], name[buyerOther]
	return nil
}

// filled is the small round as files: drawn and planned once for the whole test program.
var filled = sync.OnceValues(func() (_ map[string][]byte, err error) {
	dir, err := os.MkdirTemp("", "lienket-journey-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	d, err := app.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	a, err := app.New(ctx, app.Config{DB: d})
	if err != nil {
		return nil, err
	}
	p, err := fill(ctx, a)
	a.Close()
	if e := d.Close(); err == nil {
		err = e
	}
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	if files["planned.json"], err = json.Marshal(p); err != nil {
		return nil, err
	}
	files["lienket.db"], err = os.ReadFile(filepath.Join(dir, "lienket.db"))
	return files, err
})

// newSite starts the site over a copy of the filled data; it ends with the test.
func newSite(t *testing.T) *site { return siteThatWorks(t, true) }

// siteThatWorks does the jobs of its queue, or waits until a test starts the queue.
func siteThatWorks(t *testing.T, works bool) *site {
	t.Helper()
	files, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, dir: t.TempDir(), data: &planned{}, idle: !works}
	if err := json.Unmarshal(files["planned.json"], s.data); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "lienket.db"), files["lienket.db"], 0o600); err != nil {
		t.Fatal(err)
	}
	if s.db, err = app.Open(t.Context(), s.dir); err != nil {
		t.Fatal(err)
	}
	s.serve(t)
	return s
}

// serve puts the program on a port.
func (s *site) serve(t *testing.T) {
	t.Helper()
	var err error
	if s.App, err = app.New(t.Context(), app.Config{DB: s.db, Phone: "02180000900", Demo: true, Work: !s.idle}); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + ln.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, ln) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		s.App.Close()
		if s.lent {
			return
		}
		if err := s.db.Close(); err != nil {
			t.Error(err)
		}
	})
}

// link is a fresh sign-in link for one of people.
func (s *site) link(t *testing.T, tag string) string {
	t.Helper()
	token, err := s.Accounts.NewLink(t.Context(), "test", s.data.AccountByTag[tag], time.Hour, 100)
	if err != nil {
		t.Fatal(err)
	}
	return "/in/" + token
}

// session is a signed-in cookie of one of people, for tests that are not about signing in.
func (s *site) session(t *testing.T, tag string) string {
	t.Helper()
	if tag == "" {
		return ""
	}
	token, err := s.Accounts.Sessions.Open(t.Context(), s.data.AccountByTag[tag], "")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// caller talks to a site over HTTP as one person, without a browser.
type caller struct {
	t       *testing.T
	site    *site
	client  *http.Client
	session string
	bearer  string // an API token instead of a session
	lang    i18n.Lang
}

func (s *site) as(t *testing.T, tag string) *caller {
	return &caller{t: t, site: s, session: s.session(t, tag), lang: "vi", client: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DisableCompression: true},
	}}
}

func (c *caller) send(r *http.Request) *http.Response {
	c.t.Helper()
	if c.session != "" {
		r.AddCookie(&http.Cookie{Name: "lienket", Value: c.session})
	}
	if c.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	r.AddCookie(&http.Cookie{Name: "lang", Value: string(c.lang)})
	res, err := c.client.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { res.Body.Close() })
	return res
}

func (c *caller) get(path string) (*http.Response, string) {
	c.t.Helper()
	r, err := http.NewRequest("GET", c.site.url+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	res := c.send(r)
	return res, string(read(c.t, res))
}

func (c *caller) post(path string, form url.Values) (*http.Response, string) {
	c.t.Helper()
	res := c.submit("POST", path, form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	return res, string(read(c.t, res))
}

// submit sends a body; head is pairs of header name and value.
func (c *caller) submit(method, path, body string, head ...string) *http.Response {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.site.url+path, readerOf(body))
	if err != nil {
		c.t.Fatal(err)
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	return c.send(r)
}

// counts is how many rows each table of rounds holds: what a refused request must not change.
func (s *site) counts(t *testing.T) [5]int64 {
	t.Helper()
	var n [5]int64
	err := s.db.Read(t.Context(), func(tx *db.Tx) error {
		for i, table := range []string{"market_round", "market_offer", "market_plan", "registry_org", "audit_entry"} {
			if err := tx.QueryRow("select count(*) from " + table).Scan(&n[i]); err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
