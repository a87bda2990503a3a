package market

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
)

// entrySite is the area with three organisations of the register: a cooperative with a
// paper, a buyer, and one cooperative in another district.
type entrySite struct {
	*planSite
	coop, buyer, far registry.OrgID
}

func newEntrySite(t testing.TB) *entrySite {
	t.Helper()
	s := &entrySite{planSite: emptySite(t)}
	ctx, orgs := context.Background(), s.area.Store.Orgs
	add := func(o registry.Org) registry.OrgID {
		o.Status = registry.Operating
		id, err := orgs.Add(ctx, "test", o)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	s.coop = add(registry.Org{Kind: registry.Coop, Name: "HTX Thu Phong", Contact: "bà Bùi Thị Hiền", Phone: "0900000118", Place: "05089@2023"})
	s.buyer = add(registry.Org{Kind: registry.Enterprise, Name: "Siêu thị Bãi Cháy", Contact: "anh Long", Phone: "0900000205", Place: "31@2023"})
	s.far = add(registry.Org{Kind: registry.Coop, Name: "HTX Đại Đồng", Contact: "ông Đồng", Phone: "0900000160", Place: "05389@2023"})
	if _, err := orgs.AddPaper(ctx, "test", registry.Paper{Org: s.coop, Kind: "vietgap", Until: day(30, 6, 2024), Scope: 45_000_000}); err != nil {
		t.Fatal(err)
	}
	s.account(t, "mine", auth.Coop, int64(s.coop))
	s.account(t, "theirs", auth.Coop, int64(s.far))
	s.account(t, "buys", auth.Buyer, int64(s.buyer))
	return s
}

var phoneOffer = url.Values{
	"who": {"0900 000 118"}, "commodity": {"bưởi Diễn"}, "quantity": {"5-7"}, "unit": {"tấn"}, "from": {"20/12"}, "to": {"15/1"}, "when": {"pick"}, "mix": {"split"},
	"class1": {"60"}, "class2": {"30"}, "class3": {"10"}, "price": {"18k"}, "papers": {"VietGAP (45.000 kg) hạn 30/06/2024"}, "note": {"Gọi trước 1 ngày"},
	"agreed": {"1"}, "agreed_by": {"bà Hiền"}, "agreed_at": {"9:12"}, "do": {"save"},
}

var phoneDemand = url.Values{
	"who": {"Siêu thị Bãi Cháy"}, "commodity": {"bưởi Diễn"}, "quantity": {"20"}, "unit": {"tấn"}, "from": {"22/12"}, "to": {"10/1"}, "class": {"Loại 1"},
	"papers": {"VietGAP"}, "place": {"Hải Phòng"}, "price": {"25k"}, "price_at": {"kho"}, "pay_days": {"15"}, "max_invoices": {"1"}, "do": {"save"},
}

func with(form url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for k, v := range form {
		out[k] = append([]string{}, v...)
	}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = []string{pairs[i+1]}
		if pairs[i+1] == "" {
			delete(out, pairs[i])
		}
	}
	return out
}

// enter posts a form that must be taken, and reads the entry back.
func (s *entrySite) enter(t testing.TB, who string, side Side, form url.Values) Entry {
	t.Helper()
	a := s.do(t, who, "POST", sidePath(side)+"/new", form)
	if a.status != 303 {
		t.Fatalf("%v: status %d\n%s", form, a.status, errorsIn(a.body))
	}
	return s.entryAt(t, side, a.header.Get("Location"))
}

func (s *entrySite) entryAt(t testing.TB, side Side, location string) Entry {
	t.Helper()
	m := regexp.MustCompile(`\d+$`).FindString(location)
	e, err := s.area.Store.Entry(context.Background(), Viewer{}, EntryID(atoi(m)))
	if err != nil {
		t.Fatalf("%s: %v", location, err)
	}
	return e
}

var reErrors = regexp.MustCompile(`(?s)<div class="errors".*?</div>`)

func errorsIn(body string) string { return reErrors.FindString(body) }

func TestEntry_AnOfferByPhone(t *testing.T) {
	s := newEntrySite(t)
	s.get(t, "officer", "/offers/new", "Nhập chào bán qua điện thoại", "Người cung cấp đồng ý", "Nhập thay: Người officer", "Lưu và nhập tiếp", `data-entry`)
	found := s.do(t, "officer", "POST", "/offers/new", with(phoneOffer, "do", "find", "papers", ""))
	for _, w := range []string{"HTX Thu Phong", "bà Bùi Thị Hiền", "Không phải đơn vị này", "Đọc lại cho người bán", "VietGAP", `value="18k"`, "5-7"} {
		if !strings.Contains(found.body, w) {
			t.Errorf("the found party's form lacks %q", w)
		}
	}
	if !regexp.MustCompile(`name="papers" value="VietGAP[^"]*" checked`).MatchString(found.body) {
		t.Error("the paper that the register holds is not ticked")
	}
	e := s.enter(t, "officer", SideOffer, phoneOffer)
	o := e.Offer
	if e.Org != s.coop || e.Channel != ByPhone || e.Ref != "CB-1" || o.Firm != 5_000_000 || o.Forecast != 2_000_000 || o.Floor != 18_000_000 || o.Place != "05089@2023" ||
		o.Mix != [4]int64{0, 600, 300, 100} || o.Note != "Gọi trước 1 ngày" || len(o.Papers) != 1 || o.Papers[0].Scope != 45_000_000 {
		t.Errorf("%+v", e)
	}
	if e.AgreedBy != "bà Hiền" || inVietnam(e.AgreedAt).Format("15:04 02/01/2006") != "09:12 15/12/2023" {
		t.Errorf("agreed by %q at %v", e.AgreedBy, e.AgreedAt)
	}
	if !strings.HasPrefix(e.CreatedBy, "account:") {
		t.Errorf("entered by %q", e.CreatedBy)
	}
	page := s.get(t, "officer", "/offers/new?after=1", "Vừa lưu CB-1", "HTX Thu Phong bán", "5 tấn, có thể thêm 2 tấn", "đúng không ạ?", "từ", "20/12", "15/01/2024", "18.000 đ/kg", "Chữ để gửi Zalo")
	if strings.Contains(page, "Còn hỏi lại") {
		t.Error("nothing is left to ask")
	}
}

func TestEntry_ADemandByPhone(t *testing.T) {
	s := newEntrySite(t)
	e := s.enter(t, "officer", SideDemand, phoneDemand)
	d := e.Demand
	if e.Org != s.buyer || e.Ref != "NC-1" || d.Quantity != 20_000_000 || d.MinClass != 1 || d.Ceiling != 25_000_000 || d.PayDays != 15 || d.MaxInvoices != 1 || d.Place != "31@2023" {
		t.Errorf("%+v", e)
	}
	if !e.AgreedAt.IsZero() || e.AgreedBy != "" {
		t.Error("nobody agreed")
	}
}

func TestEntry_WhoeverIsNotInTheRegister(t *testing.T) {
	s := newEntrySite(t)
	form := with(phoneOffer, "who", "0900 000 777", "papers", "")
	a := s.do(t, "officer", "POST", "/offers/new", form)
	if a.status != 422 || !strings.Contains(a.body, "chưa có trong sổ") || !strings.Contains(a.body, `name="party"`) || !strings.Contains(a.body, `value="18k"`) {
		t.Fatalf("%d %s", a.status, errorsIn(a.body))
	}
	e := s.enter(t, "officer", SideOffer, with(form, "org", "new", "org_who", "0900 000 777", "party", "THT Bưởi Nam Phong", "contact", "ông Ba", "place", "xã Nam Phong, Cao Phong"))
	o, err := s.area.Store.Orgs.OrgByID(context.Background(), e.Org)
	if err != nil || o.Kind != registry.Group || o.Phone != "0900000777" || o.Contact != "ông Ba" || o.Place != e.Offer.Place || o.Place == "" {
		t.Errorf("%+v, %v", o, err)
	}
	// A name alone, too; the next call finds it by the number.
	if e2 := s.enter(t, "officer", SideOffer, with(form, "commodity", "cam Canh")); e2.Org != e.Org {
		t.Error("the number does not find the new organisation")
	}
	// What cannot be saved leaves no organisation behind.
	bad := with(form, "who", "0900000778", "org", "new", "org_who", "0900000778", "party", "HTX Bỏ Dở", "quantity", "")
	if a := s.do(t, "officer", "POST", "/offers/new", bad); a.status != 422 {
		t.Fatal(a.status)
	}
	if list, err := s.area.Store.FindOrgs(context.Background(), Viewer{}, "HTX Bỏ Dở", 5); err != nil || len(list) != 0 {
		t.Errorf("left behind: %v, %v", list, err)
	}
}

func TestEntry_SeveralThatFitAreOfferedForChoice(t *testing.T) {
	s := newEntrySite(t)
	a := s.do(t, "officer", "POST", "/offers/new", with(phoneOffer, "who", "HTX", "do", "save"))
	if a.status != 422 || !strings.Contains(a.body, "Là đơn vị nào?") || !strings.Contains(a.body, "HTX Đại Đồng") {
		t.Fatal(a.status, errorsIn(a.body))
	}
	if e := s.enter(t, "officer", SideOffer, with(phoneOffer, "who", "HTX", "org_who", "HTX", "org", fmt.Sprint(s.far))); e.Org != s.far {
		t.Error(e.Org)
	}
}

func TestEntry_TheSameAgainIsAskedAbout(t *testing.T) {
	s := newEntrySite(t)
	s.enter(t, "officer", SideOffer, phoneOffer)
	a := s.do(t, "officer", "POST", "/offers/new", with(phoneOffer, "quantity", "6 tấn"))
	if a.status != 422 || !strings.Contains(a.body, "Vẫn thêm dòng mới") || !strings.Contains(a.body, "/offers/1/edit") || !strings.Contains(a.body, `value="6 tấn"`) {
		t.Fatal(a.status, a.body)
	}
	if e := s.enter(t, "officer", SideOffer, with(phoneOffer, "quantity", "6 tấn", "twice", "1")); e.ID != 2 {
		t.Error(e.ID)
	}
	s.enter(t, "officer", SideOffer, with(phoneOffer, "from", "1/3/2024", "to", "5/3/2024")) // other days are another entry
}

func TestEntry_ARetriedPostActsOnce(t *testing.T) {
	s := newEntrySite(t)
	form := with(phoneOffer, "idem", "key-1")
	first := s.do(t, "officer", "POST", "/offers/new", form)
	second := s.do(t, "officer", "POST", "/offers/new", form)
	if first.status != 303 || second.status != 303 || first.header.Get("Location") != second.header.Get("Location") {
		t.Fatal(first.status, second.status, second.header)
	}
	if _, n, err := s.area.Store.Entries(context.Background(), EntryFilter{Side: SideOffer}); err != nil || n.Rows != 1 {
		t.Error(n, err)
	}
}

func TestEntry_DoubtsAreSavedAsQuestions(t *testing.T) {
	s := newEntrySite(t)
	form := with(phoneOffer, "price", "", "price_open", "1", "from", "trước Tết", "to", "")
	shown := s.do(t, "officer", "POST", "/offers/new", with(form, "do", "check"))
	for _, w := range []string{"Thời gian ghi bằng lời", "Chưa có giá", "Còn hỏi lại 2 điều", "giá chưa chốt"} {
		if shown.status != 200 || !strings.Contains(shown.body, w) {
			t.Errorf("%d lacks %q", shown.status, w)
		}
	}
	e := s.enter(t, "officer", SideOffer, form)
	if e.Asks != 2 || e.Blocking != 0 {
		t.Errorf("%d questions, %d block", e.Asks, e.Blocking)
	}
}

func TestEntry_AnOrganisationWritesForItself(t *testing.T) {
	s := newEntrySite(t)
	page := s.get(t, "mine", "/offers/new", "Chào bán hàng của đơn vị")
	if strings.Contains(page, `name="who"`) || strings.Contains(page, `name="agreed"`) {
		t.Error("its own people are asked who they are")
	}
	e := s.enter(t, "mine", SideOffer, with(phoneOffer, "who", "", "org", fmt.Sprint(s.far), "papers", ""))
	if e.Org != s.coop || e.Channel != ByParty || e.AgreedBy != "Người mine" || e.AgreedAt.IsZero() {
		t.Errorf("%+v", e)
	}
	for _, who := range []string{"leader", "auditor"} {
		if a := s.do(t, who, "GET", "/offers/new", nil); a.status != 403 {
			t.Errorf("%s: %d", who, a.status)
		}
	}
	look := with(phoneOffer, "do", "find", "who", "dai dong", "papers", "")
	if a := s.do(t, "officer", "POST", "/offers/new", look); !strings.Contains(a.body, "Đại Đồng") {
		t.Errorf("the officer does not find it: %d", a.status)
	}
	if a := s.do(t, "mine", "POST", "/offers/new", look); a.status >= 500 || strings.Contains(a.body, "Đại Đồng") {
		t.Errorf("a party looks others up: %d", a.status)
	}
}

// seesOnly gives an account a territory of one place.
func (s *entrySite) seesOnly(t testing.TB, name, place string) {
	t.Helper()
	s.account(t, name, auth.Officer, 0)
	err := s.area.Store.DB.InTx(context.Background(), func(tx *db.Tx) error {
		var id int64
		if err := tx.QueryRow(`select id from account where login = $1`, "login-"+name).Scan(&id); err != nil {
			return err
		}
		if _, err := tx.Exec(`delete from auth_grant where account_id = $1`, id); err != nil {
			return err
		}
		if _, err := tx.Exec(`insert into auth_grant (account_id, scope, valid_from, valid_to, granted_by, granted_at) values ($1, $2, '2023-01-01', '2099-01-01', 't', '2023-01-01')`, id, "x-"+place); err != nil {
			return err
		}
		_, err := tx.Exec(`insert into auth_reach (scope, under) values ($1, $2)`, "x-"+place, place)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEntry_StaysInsideTheTerritory(t *testing.T) {
	s := newEntrySite(t)
	s.seesOnly(t, "cao-phong", "05089@2023")
	if e := s.enter(t, "cao-phong", SideOffer, phoneOffer); e.Org != s.coop {
		t.Error(e.Org)
	}
	look := with(phoneOffer, "do", "find", "who", "dai dong", "papers", "")
	if a := s.do(t, "cao-phong", "POST", "/offers/new", look); a.status >= 500 || strings.Contains(a.body, "Đại Đồng") {
		t.Errorf("finds one elsewhere: %d %s", a.status, a.body)
	}
	if a := s.do(t, "cao-phong", "POST", "/offers/new", with(phoneOffer, "who", "HTX Đại Đồng", "org", fmt.Sprint(s.far), "org_who", "HTX Đại Đồng")); a.status != 422 || strings.Contains(a.body, "ông Đồng") {
		t.Errorf("takes one elsewhere: %d", a.status)
	}
	a := s.do(t, "cao-phong", "POST", "/offers/new", with(phoneOffer, "who", "0900000779", "org", "new", "org_who", "0900000779", "party", "HTX Nơi Khác", "place", "xã Đoàn Kết, Yên Thủy"))
	if a.status != 422 || !strings.Contains(a.body, "ngoài địa bàn") {
		t.Errorf("%d %s", a.status, errorsIn(a.body))
	}
}

func TestEntry_TheHourOfConsent(t *testing.T) {
	now := time.Date(2023, 12, 15, 10, 0, 0, 0, time.FixedZone("+07", 7*3600))
	for _, c := range []struct{ in, want string }{
		{"9:12", "09:12 15/12/2023"},
		{"9h12", "09:12 15/12/2023"},
		{"9h", "09:00 15/12/2023"},
		{"21:30", "21:30 14/12/2023"},
		{"", "10:00 15/12/2023"},
		{"10:20", "10:00 15/12/2023"},
		{"9:12 14/12", "09:12 14/12/2023"},
		{"25:00", ""},
		{"chiều", ""},
	} {
		f := newEntryForm(SideOffer)
		f.F["agreed"], f.F["agreed_by"], f.F["agreed_at"] = "1", "bà Hiền", c.in
		by, at, err := f.agreement(now)
		if (err != nil) != (c.want == "") {
			t.Errorf("%q: %v", c.in, err)
		} else if err == nil && (by != "bà Hiền" || inVietnam(at).Format("15:04 02/01/2006") != c.want) {
			t.Errorf("%q: %s at %v, want %s", c.in, by, at, c.want)
		}
	}
}
