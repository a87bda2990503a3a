package market

import (
	"math/big"
	"reflect"
	"testing"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/weight"
	"pgregory.net/rapid"
)

func TestMergePapers_OK(t *testing.T) {
	day := calendar.Date(2024, 1, 31)
	got := mergePapers([]Paper{
		{Kind: "vietgap", Scope: 3000, Until: day},
		{Kind: "attp"},
		{Kind: "vietgap", Scope: 2000, Until: day - 9},
		{Kind: "puc", Scope: 9000},
		{Kind: "ocop", Scope: 1},
		{Kind: "ocop"},
		{Kind: "ocop", Until: day},
	})
	want := []Paper{{Kind: "attp"}, {Kind: "ocop", Until: day}, {Kind: "puc", Scope: 9000}, {Kind: "vietgap", Scope: 5000, Until: day - 9}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

// TestCut_LotsMakeTheOffer: lots never lose or add a unit, classes and papers get their
// shares to within one unit a lot, and the largest quantities do not overflow.
func TestCut_LotsMakeTheOffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.Int64Range(0, int64(weight.Max)).Draw(t, "units")
		a := rapid.Int64Range(0, 1000).Draw(t, "a")
		b := rapid.Int64Range(0, 1000-a).Draw(t, "b")
		c := rapid.Int64Range(0, 1000-a-b).Draw(t, "c")
		mix := [4]int64{a, b, c, 1000 - a - b - c}
		var papers []Paper
		for i := range rapid.IntRange(0, 4).Draw(t, "papers") {
			papers = append(papers, Paper{Kind: string(rune('a' + i)), Scope: weight.Grams(rapid.Int64Range(0, int64(weight.Max)).Draw(t, "scope"))})
		}
		papers = mergePapers(papers)
		var sum int64
		class := [4]int64{}
		level := make([]int64, len(papers)+1)
		for _, l := range cut(units, mix, papers, 1) {
			if l.units <= 0 {
				t.Fatalf("lot %+v", l)
			}
			sum += l.units
			class[l.class] += l.units
			for m := range l.level + 1 {
				level[m] += l.units
			}
		}
		if sum != units {
			t.Fatalf("%d units in lots of %d", sum, units)
		}
		for k := range class {
			exact := new(big.Int).Mul(big.NewInt(units), big.NewInt(mix[k]))
			if d := new(big.Int).Sub(new(big.Int).Mul(big.NewInt(class[k]), big.NewInt(1000)), exact); d.CmpAbs(big.NewInt(1000)) >= 0 {
				t.Fatalf("class %d has %d of %d at %d per mille", k, class[k], units, mix[k])
			}
		}
		for m, p := range papers {
			scope := units
			if p.Scope > 0 {
				scope = min(units, int64(p.Scope))
			}
			if level[m+1] > scope || level[m+1] < scope-4 {
				t.Fatalf("paper %d covers %d units of %d", m, level[m+1], scope)
			}
		}
	})
}

func TestFree_OK(t *testing.T) {
	p := DefaultParams()
	p.ForecastPM = 850
	for _, tt := range []struct {
		o    Offer
		want weight.Grams
	}{
		{Offer{Firm: 1000}, 1000},
		{Offer{Firm: 1000, Forecast: 999}, 1849},
		{Offer{Firm: 1000, Forecast: 1000, Held: 300}, 1550},
		{Offer{Firm: 1000, Held: 1001}, 0},
	} {
		if got := Free(&tt.o, &p); got != tt.want {
			t.Errorf("Free(%+v) = %d, want %d", tt.o, got, tt.want)
		}
	}
}
