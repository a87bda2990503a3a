package market

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/weight"
	"github.com/lienket/lienket/internal/schema"
)

func storeOn(t testing.TB, d *db.DB) *Store {
	t.Helper()
	atlas, err := places.Load()
	if err != nil {
		t.Fatal(err)
	}
	return &Store{DB: d, Orgs: &registry.Store{DB: d, Atlas: atlas}, Atlas: atlas, Catalog: testDeps(t).Catalog}
}

// messy is a round of one of the committed workbooks.
func messy(t testing.TB, name string) (NewRound, []byte) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	in, asks, err := ReadWorkbook(data, testDeps(t), testOptions)
	if err != nil {
		t.Fatal(err)
	}
	return NewRound{Label: name, Origin: FromUpload, Input: in, Asks: asks, FileName: name + ".xlsx", File: data}, data
}

var countedTables = []string{"market_round", "market_party", "market_offer", "market_demand", "market_ask", "market_plan", "market_run", "registry_org", "audit_entry"}

// counts is how many rows each table holds.
func counts(t testing.TB, d *db.DB) string {
	t.Helper()
	var out []string
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		out = nil
		for _, table := range countedTables {
			var n int
			if err := tx.QueryRow("select count(*) from " + table).Scan(&n); err != nil {
				return err
			}
			out = append(out, fmt.Sprintf("%s %d", table, n))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, ", ")
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAddRound_GivesBackWhatWasStored(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), storeOn(t, d)
		n, data := messy(t, "lon-xon-1")
		id, err := s.AddRound(ctx, "account:3", n)
		if err != nil {
			t.Fatal(err)
		}
		want, err := Canonical(n.Input)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Input(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := asJSON(t, got), asJSON(t, want); a != b {
			t.Errorf("the input came back changed: %s", firstDifference(a, b))
		}
		asks, err := s.Asks(ctx, id)
		if err != nil || asJSON(t, asks) != asJSON(t, n.Asks) {
			t.Errorf("the doubts came back changed: %v", err)
		}
		name, file, err := s.File(ctx, id)
		if err != nil || name != n.FileName || string(file) != string(data) {
			t.Errorf("the file came back changed: %s %d %v", name, len(file), err)
		}
		r, err := s.Round(ctx, 0)
		if err != nil || r.ID != id || r.Offers != len(want.Offers) || r.Demands != len(want.Demands) || r.Asks != len(n.Asks) || r.Blocking == 0 || r.Blocking >= r.Asks {
			t.Errorf("%+v %v", r, err)
		}
	})
}

func TestAddRound_JoinsTheRegistry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), storeOn(t, d)
		n := NewRound{Label: "1", Origin: FromUpload, Input: smallRound()}
		// One is in the register by its tax code, under another name; one by name and place.
		first, err := s.Orgs.InsertOrgs(ctx, "test", []registry.Org{
			{Kind: registry.Coop, Name: "HTX nông nghiệp Thu Phong", TaxCode: "0100233488", Place: "05089@2023"},
			{Kind: registry.Group, Name: "Tổ hợp tác Nam Phong", Place: "05089@2023"},
			{Kind: registry.Household, Name: "Hộ Quách Văn Xa", Place: "05089@2023"}, // elsewhere: another
		})
		if err != nil {
			t.Fatal(err)
		}
		id, err := s.AddRound(ctx, "test", n)
		if err != nil {
			t.Fatal(err)
		}
		orgs, err := s.PartyOrgs(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if len(orgs) != 6 || orgs["P1"] != first[0] || orgs["P2"] != first[1] || orgs["P4"] == first[2] {
			t.Errorf("parties joined to %v; the register had %v", orgs, first)
		}
		o, err := s.Orgs.OrgByID(ctx, orgs["P5"])
		if err != nil || o.Name != "Siêu thị Bãi Cháy" || o.Kind != registry.Enterprise || o.TaxCode != "0101243150" || o.Place != "31@2023" {
			t.Errorf("a new party was added as %+v %v", o, err)
		}
		before := counts(t, d)
		again, err := s.AddRound(ctx, "test", n)
		if err != nil {
			t.Fatal(err)
		}
		same, err := s.PartyOrgs(ctx, again)
		if err != nil || asJSON(t, same) != asJSON(t, orgs) {
			t.Errorf("the same table joined to others: %v, first %v", same, orgs)
		}
		if a, b := part(before, "registry_org"), part(counts(t, d), "registry_org"); a != b {
			t.Errorf("organisations were added twice: %s, then %s", a, b)
		}
		if list, err := s.PartiesOf(ctx, again, first[0]); err != nil || strings.Join(list, ",") != "P1" {
			t.Errorf("parties of an organisation: %v %v", list, err)
		}
	})
}

func part(counts, table string) string {
	for _, s := range strings.Split(counts, ", ") {
		if strings.HasPrefix(s, table+" ") {
			return s
		}
	}
	return ""
}

func TestAddRound_AllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), storeOn(t, d)
		before := counts(t, d)
		n := NewRound{Label: "1", Origin: FromUpload, Input: smallRound(), Orgs: map[string]registry.OrgID{"P6": 4711}} // no such organisation, the last party
		if _, err := s.AddRound(ctx, "test", n); err == nil {
			t.Fatal("a party of no organisation was stored")
		}
		n.Orgs = nil
		n.Input.Offers[4].Firm = -1
		if _, err := s.AddRound(ctx, "test", n); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a negative quantity: %v", err)
		}
		n.Input = smallRound()
		n.Input.Parties[5].Place = "99999@2023" // unknown to the register
		n.Input.Places = append(n.Input.Places, Place{Key: "99999@2023", Name: "?"})
		if _, err := s.AddRound(ctx, "test", n); err == nil {
			t.Error("an organisation at no place was stored")
		}
		if after := counts(t, d); after != before {
			t.Errorf("something was left behind:\n%s\n%s", before, after)
		}
	})
}

// TestKill9_AddRound kills a program that stores rounds: those it acknowledged are whole,
// and nothing is half-written. The test program is its own victim.
func TestKill9_AddRound(t *testing.T) {
	const victim = "LIENKET_MARKET_CRASH_DIR"
	n, _ := messy(t, "lon-xon-2")
	n.Input = manyTimes(n.Input, 8)
	ctx := context.Background()
	open := func(dir string) *Store {
		d, err := db.Open(ctx, dir)
		if err != nil {
			t.Fatal(err)
		}
		return storeOn(t, d)
	}
	if dir := os.Getenv(victim); dir != "" {
		s := open(dir)
		for {
			id, err := s.AddRound(ctx, "test", n)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Printf("stored %d\n", id)
		}
	}
	dir := t.TempDir()
	s := open(dir)
	if err := schema.Migrate(ctx, s.DB); err != nil {
		t.Fatal(err)
	}
	s.DB.Close()
	want, err := Canonical(n.Input)
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	for round := range 3 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKill9_AddRound$")
		cmd.Env = append(os.Environ(), victim+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for acked := 0; acked < 1+round && lines.Scan(); {
			if k, _ := fmt.Sscanf(lines.Text(), "stored %d", &last); k == 1 {
				acked++
			}
		}
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond) // somewhere inside the next one
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		s := open(dir)
		list, err := s.Rounds(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) < last {
			t.Errorf("%d rounds were acknowledged, %d are there", last, len(list))
		}
		for _, r := range list {
			if r.Offers != len(want.Offers) || r.Demands != len(want.Demands) || r.Asks != len(n.Asks) {
				t.Errorf("round %d is half-written: %+v", r.ID, r)
			}
		}
		if got, err := s.Input(ctx, list[0].ID); err != nil || asJSON(t, got) != asJSON(t, want) {
			t.Errorf("the newest round came back changed: %v", err)
		}
		s.DB.Close()
	}
}

// manyTimes repeats the offers of an input under other numbers.
func manyTimes(in Input, times int) Input {
	all := in.Offers
	for k := 1; k < times; k++ {
		for _, o := range in.Offers {
			o.ID = fmt.Sprintf("%s-%d", o.ID, k)
			all = append(all, o)
		}
	}
	in.Offers = all
	return in
}

func TestLists_FilterSortPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), storeOn(t, d)
		id, err := s.AddRound(ctx, "test", NewRound{Label: "1", Origin: FromUpload, Input: smallRound()})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddRound(ctx, "test", NewRound{Label: "2", Origin: FromUpload, Input: smallRound()}); err != nil {
			t.Fatal(err)
		}
		orgs, err := s.PartyOrgs(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			f    ListFilter
			want string
		}{
			"by party":       {ListFilter{}, "C4 C3 C5 C1 C2"},
			"by code, down":  {ListFilter{Sort: "id", Desc: true}, "C5 C4 C3 C2 C1"},
			"by weight":      {ListFilter{Sort: "grams"}, "C4 C2 C5 C1 C3"},
			"by weight down": {ListFilter{Sort: "grams", Desc: true}, "C3 C1 C5 C2 C4"},
			"unknown sort":   {ListFilter{Sort: "1; drop table"}, "C4 C3 C5 C1 C2"},
			"folded words":   {ListFilter{Text: "phong HTX"}, "C1"},
			"telephone":      {ListFilter{Text: "0900000119"}, "C2"},
			"wildcards":      {ListFilter{Text: "%_%"}, "C4 C3 C5 C1 C2"}, // signs are no words
			"district":       {ListFilter{District: "Yên Thủy", Sort: "id"}, "C3 C4 C5"},
			"commodity":      {ListFilter{Commodity: "CAM"}, ""},
			"organisation":   {ListFilter{Org: int64(orgs["P3"]), Sort: "id"}, "C3 C5"},
			"second page":    {ListFilter{Sort: "id", Size: 2, Page: 2}, "C3 C4"},
		} {
			c.f.Round = id
			rows, n, err := s.Offers(ctx, c.f)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			var ids []string
			for _, r := range rows {
				ids = append(ids, r.ID)
			}
			if name == "by party" && (rows[0].Who.Name != "Hộ Quách Văn Xa" || rows[0].District != "Yên Thủy") {
				t.Errorf("the row lacks its party: %+v", rows[0])
			}
			if got := strings.Join(ids, " "); got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
			if name == "second page" && (n.Rows != 5 || n.Grams != int64(33*weight.Tonne)) {
				t.Errorf("counted %+v", n)
			}
		}
		if x, err := s.DemandByID(ctx, auth.Sight{}, id, "N2"); err != nil || x.PartyName != "Nông sản Lạch Tray" || x.Quantity != 14*weight.Tonne {
			t.Errorf("%+v %v", x, err)
		}
		if _, err := s.OfferByID(ctx, auth.Sight{}, id, "N2"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a demand as an offer: %v", err)
		}
		if codes, err := s.Goods(ctx, id, true); err != nil || strings.Join(codes, " ") != "BUOI-DIEN CAM" {
			t.Errorf("goods %v %v", codes, err)
		}
		if names, err := s.Districts(ctx, id, false); err != nil || len(names) != 2 {
			t.Errorf("districts %v %v", names, err)
		}
	})
}

func TestRuns_OneAtATime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), storeOn(t, d)
		id, err := s.AddRound(ctx, "test", NewRound{Label: "1", Origin: FromUpload, Input: smallRound()})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.StartRun(ctx, "test", id+7); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a run of no round: %v", err)
		}
		run, ok, err := s.StartRun(ctx, "test", id)
		if err != nil || !ok {
			t.Fatal(err)
		}
		if again, ok, err := s.StartRun(ctx, "test", id); err != nil || ok || again != run {
			t.Errorf("a second run: %d %v %v, want that of the first, %d", again, ok, err, run)
		}
		if ok, err := s.NoteRun(ctx, run, Progress{Stage: StageSolve, Done: 3, Total: 9, Nodes: 4, Pivots: 1 << 40}); err != nil || !ok {
			t.Errorf("noting: %v %v", ok, err)
		}
		if err := s.EndRun(ctx, run, RunInterrupted, Why{}); err != nil {
			t.Fatal(err)
		}
		r, err := s.Run(ctx, run)
		if err != nil || r.State != RunInterrupted || r.Progress.Done != 3 || r.Progress.Pivots != 1<<40 || r.EndedAt.IsZero() {
			t.Errorf("%+v %v", r, err)
		}
		if ok, err := s.NoteRun(ctx, run, Progress{}); err != nil || ok {
			t.Errorf("a run that is over was noted: %v %v", ok, err)
		}
		// A plan of a run that was stopped meanwhile is not stored.
		before := counts(t, d)
		if _, err := s.AddPlan(ctx, "test", NewPlan{Round: id, Plan: &Plan{}, File: []byte("x")}, run); fault.CodeOf(err) != fault.Cancelled {
			t.Errorf("a plan of a stopped run: %v", err)
		}
		if after := counts(t, d); after != before {
			t.Errorf("it left something behind: %s\n%s", before, after)
		}
		next, ok, err := s.StartRun(ctx, "test", id)
		if err != nil || !ok || next == run {
			t.Errorf("it cannot be run again: %d %v %v", next, ok, err)
		}
		if err := s.EndRun(ctx, next, RunFailed, Why{Key: "market.fault.pin_refused", Args: []string{"C1"}}); err != nil {
			t.Fatal(err)
		}
		if r, ok, err := s.LastRun(ctx, id); err != nil || !ok || r.State != RunFailed || r.Why.Key != "market.fault.pin_refused" || r.Why.Args[0] != "C1" {
			t.Errorf("%+v %v %v", r, ok, err)
		}
	})
}

// over waits for the end of a run.
func over(t testing.TB, s *Store, run int64) Run {
	t.Helper()
	for {
		r, err := s.Run(context.Background(), run)
		if err != nil {
			t.Fatal(err)
		}
		if r.State != RunRunning {
			return r
		}
		time.Sleep(2 * time.Millisecond)
	}
}
