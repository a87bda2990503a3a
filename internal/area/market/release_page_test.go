package market

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/sheet"
)

// leave posts a form and gives where it leads; the page must accept it.
func (s *planSite) leave(t testing.TB, who, path string, form url.Values) string {
	t.Helper()
	a := s.do(t, who, "POST", path, form)
	if a.status != 303 {
		t.Fatalf("POST %s as %s: status %d: %s", path, who, a.status, firstWords(a.body))
	}
	return a.header.Get("Location")
}

var tags = regexp.MustCompile(`<[^>]*>`)

func firstWords(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	page = strings.Join(strings.Fields(tags.ReplaceAllString(page, " ")), " ")
	return page[:min(len(page), 400)]
}

func step(version int, note string) url.Values {
	return url.Values{"row_version": {strconv.Itoa(version)}, "note": {note}}
}

// releasedSite is the site with its plan released: the officer submits, the leader releases.
func releasedSite(t testing.TB) *planSite {
	t.Helper()
	s := newPlanSite(t)
	s.leave(t, "officer", planPath(s.id)+"/submit", step(1, ""))
	s.leave(t, "leader", planPath(s.id)+"/release", step(2, ""))
	return s
}

func TestRelease_ThePlanGoesFromTheOfficerToTheLeader(t *testing.T) {
	s := newPlanSite(t)
	at := planPath(s.id)
	page := s.get(t, "officer", at, "Trình duyệt", "(dự thảo)", "Các bước của phương án")
	if strings.Contains(page, at+"/release") || strings.Contains(page, at+"/return") {
		t.Error("the officer is offered to decide on a draft")
	}
	if to := s.leave(t, "officer", at+"/submit", step(1, "xem giúp dòng của Đại Đồng")); to != at {
		t.Errorf("submitted leads to %s", to)
	}
	s.get(t, "officer", at, "đã trình, chờ duyệt", "Rút lại để sửa")
	s.get(t, "leader", at, "Duyệt phương án", "Trả lại", at+"/return")
	for _, who := range []string{"officer", "admin", "auditor", "P1", "P5", ""} {
		for _, act := range []string{"/release", "/return"} {
			if a := s.do(t, who, "POST", at+act, step(2, "x")); a.status == 303 && who != "" || a.status == 200 {
				t.Errorf("%s as %q: status %d", act, who, a.status)
			}
		}
	}
	refused := s.do(t, "leader", "POST", at+"/return", step(2, "  "))
	if refused.status != 422 || !strings.Contains(refused.body, "Hãy ghi lý do trả lại") {
		t.Errorf("returned without a reason: %d %s", refused.status, firstWords(refused.body))
	}
	s.leave(t, "leader", at+"/return", step(2, "Gọi lại HTX Đại Đồng hỏi giá"))
	s.get(t, "officer", at, "Trả lại vì:", "Gọi lại HTX Đại Đồng hỏi giá", "Người leader")
	s.leave(t, "officer", at+"/submit", step(3, ""))
	stale := s.do(t, "leader", "POST", at+"/release", step(3, ""))
	if stale.status != 409 {
		t.Errorf("released an old version: %d", stale.status)
	}
	s.leave(t, "leader", at+"/release", step(4, ""))
	s.get(t, "leader", at, "(đã duyệt)", "Trả lời của các bên", "Chưa trả lời", "trên 5 bên")
	if a := s.do(t, "officer", "POST", at+"/submit", step(5, "")); a.status != 409 {
		t.Errorf("a released plan was submitted: %d", a.status)
	}
}

func TestRelease_NobodyReleasesWhatHeSubmitted(t *testing.T) {
	s := newPlanSite(t)
	at := planPath(s.id)
	s.leave(t, "leader", at+"/submit", step(1, ""))
	s.get(t, "leader", at, "Người trình không tự duyệt được")
	if a := s.do(t, "leader", "POST", at+"/release", step(2, "")); a.status != 403 {
		t.Errorf("released by its submitter: %d", a.status)
	}
	if to := s.leave(t, "leader", at+"/take-back", step(2, "")); to != at {
		t.Error(to)
	}
	s.get(t, "officer", at, "(dự thảo)")
}

func TestAnswers_TheOfficerNotesThem(t *testing.T) {
	s := releasedSite(t)
	at := planPath(s.id) + "/answers"
	page := s.get(t, "officer", at, "HTX Thu Phong", "tel:0900000118", "Bên mua", "Bên bán", "Chưa trả lời")
	id := regexp.MustCompile(`/answers/(\d+)">HTX Thu Phong`).FindStringSubmatch(page)
	if id == nil {
		t.Fatal("no link to the answer of HTX Thu Phong")
	}
	one := "/answers/" + id[1]
	s.get(t, "officer", one, "Điều xin xác nhận", "Thực nhận tại vườn", "Đây chưa phải hợp đồng.", "Kính gửi", "Bùi Thị Hiền", "Người phụ trách")
	if a := s.do(t, "officer", "POST", one, url.Values{"row_version": {"1"}, "state": {"change"}}); a.status != 422 || !strings.Contains(a.body, "đề nghị sửa gì") {
		t.Errorf("a change without words: %d", a.status)
	}
	if to := s.leave(t, "officer", one, url.Values{"row_version": {"1"}, "state": {"agreed"}, "note": {"nói chuyện lúc 9 giờ"}}); to != at {
		t.Error(to)
	}
	s.get(t, "officer", at+"?state=agreed", "HTX Thu Phong", "nói chuyện lúc 9 giờ")
	s.get(t, "officer", one, "Bỏ câu trả lời này", "Người officer ghi lúc")
	if a := s.do(t, "officer", "POST", one, url.Values{"row_version": {"1"}, "state": {"refused"}}); a.status != 409 {
		t.Errorf("an old version was written: %d", a.status)
	}
	s.leave(t, "officer", one, url.Values{"row_version": {"2"}, "state": {"waiting"}})
	if page := s.get(t, "officer", at+"?state=agreed"); strings.Contains(page, "HTX Thu Phong</a>") {
		t.Error("the answer is still there")
	}
	for who, want := range map[string]int{"leader": 403, "auditor": 403, "P1": 403} {
		if a := s.do(t, who, "POST", one, url.Values{"row_version": {"3"}, "state": {"agreed"}}); a.status != want {
			t.Errorf("POST as %s: %d", who, a.status)
		}
	}
	s.get(t, "auditor", one+"?lang=en", "What is asked", "Net at the garden", "This is not a contract.")
	s.get(t, "leader", at+"?lang=en&side=demand", "Buyer")
}

// TestAnswers_SayNothingOfOthers: what is sent to a party holds no figure of another's.
func TestAnswers_SayNothingOfOthers(t *testing.T) {
	s := releasedSite(t)
	list, _, err := s.area.Store.Answers(context.Background(), Viewer{}, AnswerFilter{Plan: s.id})
	if err != nil {
		t.Fatal(err)
	}
	box := regexp.MustCompile(`(?s)<textarea[^>]*id="zalo"[^>]*>(.*?)</textarea>`)
	for _, a := range list {
		text := box.FindStringSubmatch(s.get(t, "officer", answerPath(a.ID)))
		if text == nil || !strings.Contains(text[1], a.Party) {
			t.Fatalf("no text for %s", a.Party)
		}
		for _, secret := range s.othersSecrets(a.Party) {
			if strings.Contains(text[1], secret) {
				t.Errorf("the text for %s holds %q:\n%s", a.Party, secret, text[1])
			}
		}
	}
}

// othersSecrets are the private figures and the phones of everybody, as pages would write them.
func (s *planSite) othersSecrets(but string) (out []string) {
	kg := func(p int64) { out = append(out, fmt.Sprintf("%d.%03d", p/1000/1000, p/1000%1000)) }
	for _, o := range s.in.Offers {
		for _, p := range []int64{int64(o.Floor), int64(o.Trader)} {
			if p > 0 {
				kg(p)
			}
		}
	}
	for _, d := range s.in.Demands {
		if d.Ceiling > 0 {
			kg(int64(d.Ceiling))
		}
	}
	for _, p := range s.in.Parties {
		if p.Phone != "" && p.Name != but {
			out = append(out, p.Phone, p.Phone[:4]+" "+p.Phone[4:7]+" "+p.Phone[7:])
		}
	}
	return out
}

func TestPlan_StaffWithABorderSeeTheirPart(t *testing.T) {
	s := newPlanSite(t)
	s.border(t, "huyen", auth.Officer, "05389@2023")
	at := planPath(s.id)
	page := s.get(t, "huyen", at, "Đang xem phần của địa bàn", "HTX Đại Đồng")
	for _, hidden := range []string{"HTX Thu Phong", "THT Nam Phong", "Siêu thị Bãi Cháy", at + "/file", at + "/proof"} {
		if strings.Contains(page, hidden) {
			t.Errorf("the page shows %q", hidden)
		}
	}
	for _, path := range []string{at + "/file", at + "/proof", at + "/proof-file", letterPath(s.id, "N1"), letterPath(s.id, "N4")} {
		if a := s.do(t, "huyen", "GET", path, nil); a.status != 404 {
			t.Errorf("%s: status %d", path, a.status)
		}
	}
	n := namesOf(&s.in)
	inside, matched := 0, int64(0)
	for i := range s.plan.Lines {
		x := &s.plan.Lines[i]
		want := 404
		if n.offer[x.Offer].Party == "P3" || n.offer[x.Offer].Party == "P4" {
			want, inside, matched = 200, inside+1, matched+int64(x.Grams)
		}
		if a := s.do(t, "huyen", "GET", linePath(s.id, i), nil); a.status != want {
			t.Errorf("line %d: status %d, want %d", i+1, a.status, want)
		} else if want == 200 && strings.Contains(a.body, "HTX Thu Phong") {
			t.Errorf("line %d names a source elsewhere", i+1)
		}
	}
	if inside == 0 || inside == len(s.plan.Lines) {
		t.Fatalf("%d of %d lines inside: the plan proves nothing", inside, len(s.plan.Lines))
	}
	page = s.get(t, "huyen", "/rounds", "Tuần 51")
	if strings.Contains(page, "tấn") {
		t.Error("the list of rounds shows everybody's sum")
	}
	s.get(t, "huyen", "/rounds/1")
	for _, path := range []string{"/rounds/1/file", "/rounds/1/asks.xlsx", "/rounds/1/offers-demands.xlsx"} {
		if a := s.do(t, "huyen", "GET", path, nil); a.status != 404 {
			t.Errorf("%s: status %d", path, a.status)
		}
	}
	s.border(t, "xa", auth.Officer, "01@2023")
	if page := s.get(t, "xa", "/rounds"); strings.Contains(page, "Tuần 51") {
		t.Error("a round without anything inside is listed")
	}
	if a := s.do(t, "xa", "GET", "/rounds/1", nil); a.status != 404 {
		t.Errorf("a round without anything inside: %d", a.status)
	}
	if a := s.do(t, "huyen", "POST", at+"/submit", step(1, "")); a.status != 404 {
		t.Errorf("a person with a border submits everybody's plan: %d", a.status)
	}
	h, err := s.area.plans.open(context.Background(), s.area.Store, s.id)
	if err != nil {
		t.Fatal(err)
	}
	u := s.user(t, "huyen")
	own, err := s.area.inSight(auth.With(context.Background(), u), h)
	if err != nil {
		t.Fatal(err)
	}
	if got := own.Plan.Totals; int64(got.Matched) != matched || got.Lines != inside {
		t.Errorf("own sums %v in %d lines, want %d in %d", got.Matched, got.Lines, matched, inside)
	}
	if len(h.Plan.Lines) != len(s.plan.Lines) || h.seen != nil {
		t.Error("the kept plan itself was cut")
	}
}

// border opens an account that sees only some places.
func (s *planSite) border(t testing.TB, name string, role auth.Role, places ...string) {
	t.Helper()
	ctx, d := context.Background(), s.area.Store.DB
	s.account(t, name, role, 0)
	acc, err := auth.NewAccounts(d, nil).ByLogin(ctx, "login-"+name)
	if err != nil {
		t.Fatal(err)
	}
	err = d.InTx(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`delete from auth_grant where account_id = $1`, acc.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(`insert into auth_grant (account_id, scope, valid_from, valid_to, granted_by, granted_at) values ($1, $2, '2000-01-01', '2999-01-01', 't', '2023-01-01T00:00:00.000000Z')`, acc.ID, name); err != nil {
			return err
		}
		for _, p := range places {
			if _, err := tx.Exec(`insert into auth_reach (scope, under) values ($1, $2)`, name, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.tokens[name], err = auth.NewSessions(d, nil).Open(ctx, acc.ID, ""); err != nil {
		t.Fatal(err)
	}
}

// user is an account of border as handlers see it.
func (s *planSite) user(t testing.TB, name string) auth.User {
	t.Helper()
	acc, err := auth.NewAccounts(s.area.Store.DB, nil).ByLogin(context.Background(), "login-"+name)
	if err != nil {
		t.Fatal(err)
	}
	return auth.User{ID: acc.ID, Role: acc.Role, Sight: auth.Sight{Account: acc.ID, Day: calendar.Date(2023, 12, 15)}}
}

func TestMe_APartyAnswersItself(t *testing.T) {
	s := newPlanSite(t)
	if page := s.get(t, "P5", "/me"); strings.Contains(page, "10/10") || strings.Contains(page, "Xác nhận</button>") {
		t.Error("a party reads a plan that is not released")
	}
	for _, path := range []string{orderPath(s.id, "N1"), orderPath(s.id, "N1") + "/dossier.zip", letterPath(s.id, "N4")} {
		if a := s.do(t, "P5", "GET", path, nil); a.status != 404 {
			t.Errorf("%s before the release: %d", path, a.status)
		}
	}
	s.leave(t, "officer", planPath(s.id)+"/submit", step(1, ""))
	s.leave(t, "leader", planPath(s.id)+"/release", step(2, ""))
	page := s.get(t, "P5", "/me", "Xin xác nhận đơn hàng", "Xác nhận", "Trả lời trước 17 giờ", orderPath(s.id, "N1"), "Chưa trả lời")
	form := regexp.MustCompile(`action="(/me/answers/\d+)"`).FindStringSubmatch(page)
	if form == nil {
		t.Fatal("no form to answer with")
	}
	for _, other := range []string{"P6", "P1", "coop"} {
		if a := s.do(t, other, "POST", form[1], url.Values{"row_version": {"1"}, "state": {"agreed"}}); a.status != 404 {
			t.Errorf("%s answers for P5: %d", other, a.status)
		}
	}
	if a := s.do(t, "officer", "POST", form[1], url.Values{"row_version": {"1"}, "state": {"agreed"}}); a.status != 403 {
		t.Errorf("the officer answers as the party: %d", a.status)
	}
	if a := s.do(t, "P5", "POST", form[1], url.Values{"row_version": {"1"}, "state": {"change"}}); a.status != 422 || !strings.Contains(a.body, "đề nghị sửa gì") {
		t.Errorf("a change without words: %d %s", a.status, firstWords(a.body))
	}
	once := url.Values{"row_version": {"1"}, "state": {"agreed"}, "idem": {"tap"}}
	s.leave(t, "P5", form[1], once)
	s.leave(t, "P5", form[1], once) // a second tap
	s.get(t, "P5", "/me", "Đồng ý", "Người P5 ghi lúc")
	s.leave(t, "P5", form[1], url.Values{"row_version": {"2"}, "state": {"call"}})
	s.get(t, "officer", planPath(s.id)+"/answers?side=demand", "Xin gọi lại.")

	s.get(t, "P1", "/me", "Xin xác nhận giữ hàng", "Đồng ý giữ hàng", "Làm đầu mối gom")
	order := s.get(t, "P5", orderPath(s.id, "N1"), "10/10 tấn", "1 đầu mối, 2 nguồn", "Lịch giao", "2/2 nguồn có", "HTX Thu Phong", "dossier.zip")
	if strings.Contains(order, "THT Nam Phong") {
		t.Error("the order names a source behind the lead")
	}
	s.get(t, "auditor", orderPath(s.id, "N1")+"?lang=en", "10/10 t", "Siêu thị Bãi Cháy")
	for who, want := range map[string]int{"P6": 404, "buyer": 404, "P1": 403, "coop": 403} {
		if a := s.do(t, who, "GET", orderPath(s.id, "N1"), nil); a.status != want {
			t.Errorf("%s reads the order of P5: %d", who, a.status)
		}
	}
}

// TestDossier_NamesSourcesOnceConfirmed reads the zip as the buyer gets it.
func TestDossier_NamesSourcesOnceConfirmed(t *testing.T) {
	s := releasedSite(t)
	read := func() string {
		a := s.do(t, "P5", "GET", orderPath(s.id, "N1")+"/dossier.zip", nil)
		if a.status != 200 {
			t.Fatalf("status %d", a.status)
		}
		z, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, f := range z.File {
			all.WriteString(f.Name + "\n")
			if !strings.HasSuffix(f.Name, ".xlsx") {
				continue
			}
			in, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(in)
			if err != nil {
				t.Fatal(err)
			}
			sheets, err := sheet.Read(data, sheet.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&all, sheets)
		}
		return all.String()
	}
	before := read()
	for _, want := range []string{"don-hang.xlsx", "don-hang.pdf", "giay-to.xlsx", "giay-to.pdf", "HTX Thu Phong", "Nguồn 2", "VietGAP"} {
		if !strings.Contains(before, want) {
			t.Errorf("the dossier lacks %q:\n%s", want, before)
		}
	}
	if strings.Contains(before, "THT Nam Phong") {
		t.Error("a source behind the lead is named before the buyer has agreed")
	}
	list, _, err := s.area.Store.Answers(context.Background(), Viewer{}, AnswerFilter{Plan: s.id, Text: "bai chay"})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	s.leave(t, "officer", answerPath(list[0].ID), url.Values{"row_version": {"1"}, "state": {"agreed"}})
	if after := read(); !strings.Contains(after, "THT Nam Phong") {
		t.Errorf("the dossier of a confirmed order does not name its sources:\n%s", after)
	}
}

// TestSubmit_TellsThoseWhoMayRelease: the leader, and whoever he lent his role to, as long
// as that is in force.
func TestSubmit_TellsThoseWhoMayRelease(t *testing.T) {
	s := newPlanSite(t)
	ctx, d := context.Background(), s.area.Store.DB
	accounts := auth.NewAccounts(d, nil)
	byLogin := func(name string) int64 {
		t.Helper()
		x, err := accounts.ByLogin(ctx, "login-"+name)
		if err != nil {
			t.Fatal(err)
		}
		return x.ID
	}
	s.border(t, "deputy", auth.Officer, "31@2023")
	s.border(t, "former", auth.Officer, "31@2023")
	var today calendar.Day
	if err := d.Read(ctx, func(tx *db.Tx) error { today = auth.Today(tx.Now()); return nil }); err != nil {
		t.Fatal(err)
	}
	lend := func(to int64, first, last calendar.Day) int64 {
		t.Helper()
		id, err := accounts.Delegate(ctx, "test", auth.NewDelegation{From: byLogin("leader"), To: to, First: first, Last: last, Reason: "đi họp"})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	ended := lend(byLogin("former"), today, today+1)
	if err := accounts.EndDelegation(ctx, "test", 0, ended); err != nil {
		t.Fatal(err)
	}
	lend(byLogin("deputy"), today, today+1)
	lend(byLogin("former"), today+5, today+6)
	s.leave(t, "officer", planPath(s.id)+"/submit", step(1, ""))
	for who, want := range map[string]int{"leader": 1, "deputy": 1, "former": 0, "officer": 0} {
		n := 0
		err := d.Read(ctx, func(tx *db.Tx) error {
			return tx.QueryRow("select count(*) from notify_note where account_id = $1 and key = 'market.notice.submitted'", byLogin(who)).Scan(&n)
		})
		if err != nil || n != want {
			t.Errorf("%s has %d notices, want %d (%v)", who, n, want, err)
		}
	}
}
