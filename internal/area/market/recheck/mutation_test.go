package recheck_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/area/market/recheck"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/weight"
)

// smallProvince draws a market of a few villages with every column and rule in use.
func smallProvince(r *rand.Rand) market.Input {
	day := calendar.Date(2023, 11, 20)
	in := market.Input{AsOf: day, Horizon: day + 60, Params: market.DefaultParams()}
	in.Params.Vehicles = []market.Vehicle{{Load: 1000 * weight.Kilogram, PerKm: 6000}, {Load: 5000 * weight.Kilogram, PerKm: 14000}}
	in.Commodities = []market.Commodity{
		{Code: "A", NameVI: "Bưởi", ShelfDays: 30, Unit: weight.Kilogram, RefFloor: 8_000_000, RefPrice: 20_000_000},
		{Code: "B", NameVI: "Rau", ShelfDays: 6, Cold: true, Unit: weight.Kilogram, RefFloor: 5_000_000, RefPrice: 14_000_000},
	}
	for i := range 6 {
		in.Places = append(in.Places, market.Place{Key: fmt.Sprintf("P%d", i), Name: fmt.Sprintf("Xã %d", i), Province: "T", District: "H"})
		for j := range i {
			in.Roads = append(in.Roads, market.Road{From: fmt.Sprintf("P%d", j), To: fmt.Sprintf("P%d", i), Km: int64(10 + r.IntN(300))})
		}
	}
	for i := range 9 {
		p := market.Party{ID: fmt.Sprintf("T%d", i), Name: fmt.Sprintf("HTX số %d", i), Kind: market.KindCoop, TaxCode: "x", Place: fmt.Sprintf("P%d", r.IntN(6)), Small: r.IntN(2) == 0, Poor: r.IntN(3) == 0}
		if i%3 == 2 {
			p.Kind, p.TaxCode = market.KindGroup, ""
		}
		if i >= 6 {
			p.Kind = market.KindEnterprise
		}
		in.Parties = append(in.Parties, p)
	}
	papers := []string{"vietgap", "ocop"}
	for i := range 10 {
		p := in.Parties[r.IntN(6)]
		o := market.Offer{ID: fmt.Sprintf("C%02d", i), Party: p.ID, Place: p.Place, Commodity: []string{"A", "B"}[r.IntN(2)], Firm: weight.Grams(500+r.IntN(4000)) * weight.Kilogram}
		o.Mix = [][4]int64{{1000, 0, 0, 0}, {0, 600, 300, 100}, {0, 0, 1000, 0}}[r.IntN(3)]
		o.From = day + calendar.Day(r.IntN(20))
		o.To = o.From + calendar.Day(r.IntN(25))
		o.Floor = money.PerTonne(4+r.IntN(10)) * 1_000_000
		if r.IntN(2) == 0 {
			o.Trader = money.PerTonne(4+r.IntN(9)) * 1_000_000
		}
		if r.IntN(3) == 0 {
			o.MinLine = 400 * weight.Kilogram
		}
		for _, k := range papers {
			if r.IntN(2) == 0 {
				o.Papers = append(o.Papers, market.Paper{Kind: k, Scope: weight.Grams(r.IntN(3)) * 700 * weight.Kilogram})
			}
		}
		in.Offers = append(in.Offers, o)
	}
	for i := range 6 {
		p := in.Parties[6+r.IntN(3)]
		d := market.Demand{ID: fmt.Sprintf("N%02d", i), Party: p.ID, Place: p.Place, Commodity: []string{"A", "B"}[r.IntN(2)], Quantity: weight.Grams(800+r.IntN(5000)) * weight.Kilogram}
		d.From = day + calendar.Day(r.IntN(25))
		d.To = d.From + calendar.Day(r.IntN(20))
		d.Ceiling = money.PerTonne(12+r.IntN(14)) * 1_000_000
		d.AtGarden, d.PayDays, d.DiscountBP = r.IntN(3) == 0, int64(r.IntN(40)), int64(r.IntN(900))
		d.MinClass = int64(r.IntN(4))
		if r.IntN(2) == 0 {
			d.Papers = []string{papers[r.IntN(2)]}
		}
		if r.IntN(2) == 0 {
			d.MinOrder = d.Quantity / 3
		}
		if r.IntN(3) == 0 {
			d.MaxSources = 1 + r.IntN(2)
		}
		if r.IntN(3) == 0 {
			d.MaxInvoices = 1
		}
		in.Demands = append(in.Demands, d)
	}
	in.Rules.Bonuses = []market.Bonus{{Kind: market.BonusPoor, PerTonne: 200_000}}
	in.Rules.Caps = []market.Cap{{Party: "T0", Commodity: "A", Max: 900 * weight.Kilogram}}
	return in
}

func written(t testing.TB, in market.Input) (*market.Plan, []byte) {
	t.Helper()
	pl, err := market.MakePlan(in)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := market.WritePlan(&b, in, pl, nil, printer(t)); err != nil {
		t.Fatal(err)
	}
	return pl, b.Bytes()
}

func check(t testing.TB, file []byte) *recheck.Report {
	t.Helper()
	r, err := recheck.Check(file, nil)
	if err != nil {
		return &recheck.Report{Findings: []recheck.Finding{{Code: "file", Where: err.Error()}}}
	}
	return r
}

// The second reader and the solver agree on small provinces with every rule on.
func TestCheck_AgreesOnSmallProvinces(t *testing.T) {
	for seed := range uint64(60) {
		in := smallProvince(rand.New(rand.NewPCG(seed, 7)))
		pl, file := written(t, in)
		if r := check(t, file); !r.OK() {
			t.Fatalf("seed %d: %v (%d lines)", seed, r.Findings[0], len(pl.Lines))
		}
	}
}

const proofSheet = "Kết quả kiểm tra"

// rewrite changes cells of a plan file and puts the digest right again, as a forger would.
func rewrite(t testing.TB, file []byte, change func(f *excelize.File), redigest bool) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	change(f)
	save := func() []byte {
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	out := save()
	if !redigest {
		return out
	}
	sheets, err := sheet.Read(out, sheet.Default)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStr(proofSheet, "B2", market.PlanDigest(sheets)); err != nil {
		t.Fatal(err)
	}
	return save()
}

// records lists the proof sheet: row → type and JSON.
func records(t testing.TB, f *excelize.File) map[int][2]string {
	t.Helper()
	rows, err := f.GetRows(proofSheet)
	if err != nil {
		t.Fatal(err)
	}
	out := map[int][2]string{}
	for i, r := range rows {
		if i >= 4 && len(r) >= 2 {
			out[i+1] = [2]string{r[0], strings.Join(r[1:], "")}
		}
	}
	return out
}

func TestCheck_AnyChangedCellIsNoticed(t *testing.T) {
	_, file := written(t, smallProvince(rand.New(rand.NewPCG(3, 7))))
	sheets, err := sheet.Read(file, sheet.Default)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, s := range sheets {
		for i, row := range s.Rows {
			for c, x := range row {
				if x.Raw == "" || (i*7+c)%5 != 0 && s.Name == proofSheet {
					continue
				}
				ref := fmt.Sprintf("%s%d", sheet.ColumnName(c), i+1)
				bad := rewrite(t, file, func(f *excelize.File) { _ = f.SetCellStr(s.Name, ref, x.Raw+"1") }, false)
				if check(t, bad).OK() {
					t.Fatalf("%s!%s can be changed unnoticed", s.Name, ref)
				}
				if n++; n > 160 {
					return
				}
			}
		}
	}
}

// lie is one way to falsify a record. sound says whether the changed claim may still be
// true (a looser bound, another dual): then acceptance must imply that the bound holds.
type lie struct {
	name   string
	kind   string
	change func(r *rand.Rand, m map[string]any) bool
	sound  bool
}

func add(m map[string]any, key string, by int64) bool {
	n, ok := m[key].(json.Number)
	if !ok {
		return false
	}
	v, err := n.Int64()
	if err != nil {
		return false
	}
	m[key] = json.Number(fmt.Sprint(v + by))
	return true
}

func addText(m map[string]any, key string, by int64) bool {
	s, ok := m[key].(string)
	x, fine := new(big.Int).SetString(s, 10)
	if !ok || !fine {
		return false
	}
	m[key] = x.Add(x, big.NewInt(by)).String()
	return true
}

var lies = []lie{
	{"more units", "line", func(r *rand.Rand, m map[string]any) bool { return add(m, "units", 1) }, false},
	{"fewer units, same grams", "line", func(r *rand.Rand, m map[string]any) bool { return add(m, "units", -1) }, false},
	{"higher gain", "line", func(r *rand.Rand, m map[string]any) bool { return add(m, "gain", 1) }, false},
	{"lower reserve", "line", func(r *rand.Rand, m map[string]any) bool { return add(m, "reserve", -1) }, false},
	{"above the buyer's limit", "line", func(r *rand.Rand, m map[string]any) bool { return add(m, "net", 50_000_000) }, false},
	{"the buyer pays less", "line", func(r *rand.Rand, m map[string]any) bool { return add(m, "pays", -1000) }, false},
	{"another class", "line", func(r *rand.Rand, m map[string]any) bool { return add(m, "class", 1) }, false},
	{"more papers", "line", func(r *rand.Rand, m map[string]any) bool { return add(m, "level", 1) }, false},
	{"real price denied", "line", func(r *rand.Rand, m map[string]any) bool {
		b, ok := m["real"].(bool)
		m["real"] = !b
		return ok
	}, false},
	{"late delivery", "line", func(r *rand.Rand, m map[string]any) bool { m["deliver"] = "2024-12-31"; return true }, false},
	{"better objective", "group", func(r *rand.Rand, m map[string]any) bool { return addText(m, "objective", 1) }, false},
	{"tighter bound", "group", func(r *rand.Rand, m map[string]any) bool { return addText(m, "bound", -1) }, true},
	{"fewer nodes", "group", func(r *rand.Rand, m map[string]any) bool { return add(m, "nodes", -1) }, false},
	{"matched total", "totals", func(r *rand.Rand, m map[string]any) bool { return add(m, "matched", 1000) }, false},
	{"gap denied", "totals", func(r *rand.Rand, m map[string]any) bool { return add(m, "gap_vnd", -1) }, false},
	{"left over hidden", "left", func(r *rand.Rand, m map[string]any) bool { return add(m, "left", -1000) }, false},
	{"another reason", "left", func(r *rand.Rand, m map[string]any) bool { m["main"] = "banned"; return true }, false},
	{"another dual", "node", func(r *rand.Rand, m map[string]any) bool {
		d, ok := m["dual"].(map[string]any)
		if !ok {
			return false
		}
		s, ok := d["sink"].([]any)
		if !ok || len(s) == 0 {
			return false
		}
		i := r.IntN(len(s))
		v, _ := s[i].(json.Number).Int64()
		s[i] = json.Number(fmt.Sprint(v + (r.Int64N(9)-4)*1_000_003))
		return true
	}, true},
	{"a child dropped", "node", func(r *rand.Rand, m map[string]any) bool {
		c, ok := m["child"].([]any)
		if !ok || m["kind"] == "" {
			return false
		}
		c[1] = c[0]
		return true
	}, false},
	{"another offer's floor", "offer", func(r *rand.Rand, m map[string]any) bool { return add(m, "floor", -3_000_000) }, true},
	{"another ceiling", "demand", func(r *rand.Rand, m map[string]any) bool { return add(m, "ceiling", 4_000_000) }, true},
	{"cheaper freight", "params", func(r *rand.Rand, m map[string]any) bool {
		return add(m["params"].(map[string]any), "lead_fee", -100_000)
	}, true},
}

// A false plan whose digest was put right is refused, because it no longer proves. Where
// the changed file may still be true, acceptance is judged by an oracle: the true optimum
// of the input that the file now states must not be above the bound it claims.
func TestCheck_ForgedPlansAreRefused(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	tried := map[string]int{}
	for seed := range uint64(9) {
		in := smallProvince(rand.New(rand.NewPCG(seed, 7)))
		_, file := written(t, in)
		f, err := excelize.OpenReader(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		recs := records(t, f)
		_ = f.Close()
		for _, l := range lies {
			var rows []int
			for row, rec := range recs {
				if rec[0] == l.kind {
					rows = append(rows, row)
				}
			}
			if len(rows) == 0 {
				continue
			}
			row := rows[0]
			for _, x := range rows { // a stable choice from the map
				if (x*31+int(seed)*17)%len(rows) == 0 || x < row {
					row = x
				}
			}
			dec := json.NewDecoder(strings.NewReader(recs[row][1]))
			dec.UseNumber()
			var m map[string]any
			if err := dec.Decode(&m); err != nil {
				t.Fatal(err)
			}
			if !l.change(r, m) {
				continue
			}
			b, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			if string(b) == recs[row][1] {
				continue
			}
			bad := rewrite(t, file, func(f *excelize.File) { _ = f.SetCellStr(proofSheet, fmt.Sprintf("B%d", row), string(b)) }, true)
			tried[l.name]++
			got := check(t, bad)
			if !got.OK() {
				continue
			}
			if !l.sound {
				t.Errorf("seed %d: accepted although %s: %s", seed, l.name, b)
				continue
			}
			changed := in
			switch l.kind {
			case "offer":
				changed.Offers = replaced(t, in.Offers, func(o market.Offer) string { return o.ID }, m)
			case "demand":
				changed.Demands = replaced(t, in.Demands, func(d market.Demand) string { return d.ID }, m)
			case "params":
				if err := json.Unmarshal(mustJSON(t, m["params"]), &changed.Params); err != nil {
					t.Fatal(err)
				}
			}
			best, err := market.MakePlan(changed)
			if err != nil {
				t.Fatal(err)
			}
			if truth := objective(best, changed); truth.Cmp(got.Bound) > 0 {
				t.Errorf("seed %d: accepted although %s: the optimum is %s, the bound %s", seed, l.name, truth, got.Bound)
			}
		}
	}
	for _, l := range lies {
		if tried[l.name] == 0 {
			t.Errorf("%q was never tried", l.name)
		}
	}
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func replaced[T any](t testing.TB, all []T, id func(T) string, m map[string]any) []T {
	t.Helper()
	var x T
	if err := json.Unmarshal(mustJSON(t, m), &x); err != nil {
		t.Fatal(err)
	}
	out := append([]T(nil), all...)
	for i := range out {
		if id(out[i]) == id(x) {
			out[i] = x
		}
	}
	return out
}

// objective is what a plan reaches, in đồng per tonne × grams, bonuses included.
func objective(pl *market.Plan, in market.Input) *big.Int {
	sum := new(big.Int)
	for _, l := range pl.Lines {
		sum.Add(sum, new(big.Int).Mul(big.NewInt(int64(l.Grams)), big.NewInt(int64(l.Gain+l.Bonus))))
	}
	return sum
}
