package market

import (
	"testing"

	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
	"pgregory.net/rapid"
)

// TestPayFor_IsTheSmallestPrice: at the price proposed the seller nets what was promised,
// at one đồng a tonne less it would not.
func TestPayFor_IsTheSmallestPrice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := DefaultParams()
		p.InterestBP = rapid.Int64Range(0, 3000).Draw(t, "interest")
		p.ShrinkBP = rapid.Int64Range(0, 9_999).Draw(t, "shrink")
		p.LeadShrinkBP = rapid.Int64Range(0, 9_999).Draw(t, "lead shrink")
		d := Demand{
			DiscountBP: rapid.Int64Range(0, 9_999).Draw(t, "discount"), PayDays: rapid.Int64Range(0, 1000).Draw(t, "days"),
			AtGarden: rapid.Bool().Draw(t, "garden"),
		}
		h := haul{
			lead: rapid.Bool().Draw(t, "lead"), toLead: rapid.Int64Range(0, maxKm).Draw(t, "km1"), toBuyer: rapid.Int64Range(0, maxKm).Draw(t, "km2"),
			leadGrams: weight.Grams(rapid.Int64Range(0, int64(weight.Max)).Draw(t, "g1")), buyerGrams: weight.Grams(rapid.Int64Range(0, int64(weight.Max)).Draw(t, "g2")), cold: rapid.Bool().Draw(t, "cold"),
		}
		price := money.PerTonne(rapid.Int64Range(0, int64(money.MaxPerTonne)).Draw(t, "price"))
		v := h.worth(price, &d, &p)
		net := v - money.PerTonne(rapid.Int64Range(0, 50_000_000).Draw(t, "less"))
		pays := h.payFor(net, &d, &p)
		if pays < 0 || pays > price {
			t.Fatalf("pays %d of %d", pays, price)
		}
		if got := h.worth(pays, &d, &p); got < net {
			t.Fatalf("nets %d, promised %d", got, net)
		}
		if pays > 0 && h.worth(pays-1, &d, &p) >= net {
			t.Fatalf("%d would do", pays-1)
		}
	})
}

// TestAlternative_OK: a floor alone is the reserve; a trader's price for the whole garden
// is spread so that the mix is worth at least what he pays.
func TestAlternative_OK(t *testing.T) {
	p := DefaultParams()
	p.ClassPM = [4]int64{900, 1200, 1000, 700}
	c := Commodity{RefFloor: 8_000_000}
	if r := alternative(&Offer{Mix: [4]int64{1000}, Floor: 9_500_000}, &c, &p); r != [4]money.PerTonne{9_500_000, 9_500_000, 9_500_000, 9_500_000} {
		t.Errorf("floor alone: %v", r)
	}
	if r := alternative(&Offer{Mix: [4]int64{1000}}, &c, &p); r[0] != 8_000_000 {
		t.Errorf("nothing stated: %v", r)
	}
	o := Offer{Mix: [4]int64{0, 300, 400, 300}, Trader: 10_000_000, Floor: 8_000_000}
	r := alternative(&o, &c, &p)
	// mean 0.3·1200 + 0.4·1000 + 0.3·700 = 970
	if r[1] != 12_371_135 || r[2] != 10_309_279 || r[3] != 8_000_000 {
		t.Errorf("trader: %v", r)
	}
}

func TestFreight_OK(t *testing.T) {
	p := DefaultParams()
	for _, tt := range []struct {
		km    int64
		grams weight.Grams
		cold  bool
		want  money.PerTonne
	}{
		{0, weight.Tonne, true, 0},
		{100, weight.Kilogram, false, 680_000},
		{100, 3500 * weight.Kilogram, false, 400_000},
		{100, 3500*weight.Kilogram - 1, false, 680_000},
		{73, 20 * weight.Tonne, false, 191_625},
		{73, 20 * weight.Tonne, true, 249_113},
	} {
		if got := p.freight(tt.km, tt.grams, tt.cold); got != tt.want {
			t.Errorf("freight(%d km, %d g, %v) = %d, want %d", tt.km, tt.grams, tt.cold, got, tt.want)
		}
	}
}
