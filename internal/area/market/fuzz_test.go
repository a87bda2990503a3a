package market

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// bytesDie draws numbers from bytes, 0 when they are used up.
type bytesDie struct{ b []byte }

func (d *bytesDie) IntN(n int) int {
	if len(d.b) == 0 {
		return 0
	}
	x := int(d.b[0])
	d.b = d.b[1:]
	return x % n
}

// wild is any number: mostly small, sometimes whatever eight bytes say.
func (d *bytesDie) wild() int64 {
	switch d.IntN(4) {
	case 0:
		if len(d.b) >= 8 {
			x := int64(binary.LittleEndian.Uint64(d.b))
			d.b = d.b[8:]
			return x
		}
	case 1:
		return int64(weight.Max) - int64(d.IntN(256))
	}
	return int64(d.IntN(256)) << d.IntN(24)
}

// spoil puts wild numbers into an input.
func (d *bytesDie) spoil(in *Input) {
	for range d.IntN(6) {
		o, w := &in.Offers[d.IntN(len(in.Offers))], &in.Demands[d.IntN(len(in.Demands))]
		x := d.wild()
		switch d.IntN(24) {
		case 0:
			o.Firm = weight.Grams(x)
		case 1:
			o.Forecast, o.Held = weight.Grams(x), weight.Grams(d.wild())
		case 2:
			o.Mix = [4]int64{x, d.wild(), d.wild(), 1000 - x}
		case 3:
			o.From, o.To = calendar.Day(x), calendar.Day(d.wild())
		case 4:
			o.Floor, o.Trader = money.PerTonne(x), money.PerTonne(d.wild())
		case 5:
			o.MinLine = weight.Grams(x)
		case 6:
			o.Papers = append(o.Papers, Paper{Kind: fmt.Sprint(x % 3), Scope: weight.Grams(x), Until: calendar.Day(d.wild())})
		case 7:
			o.Party, o.Place = fmt.Sprint(x), fmt.Sprint(x)
		case 8:
			w.Quantity, w.MinOrder = weight.Grams(x), weight.Grams(d.wild())
		case 9:
			w.Ceiling = money.PerTonne(x)
		case 10:
			w.DiscountBP, w.PayDays = x, d.wild()
		case 11:
			w.MaxSources, w.MaxInvoices = int(x), int(d.wild())
		case 12:
			w.MinClass = x
		case 13:
			w.From, w.To = calendar.Day(x), calendar.Day(d.wild())
		case 14:
			in.Params.InterestBP, in.Params.ShrinkBP = x, d.wild()
		case 15:
			in.Params.ClassPM = [4]int64{x, d.wild(), 100, 10_000}
		case 16:
			in.Params.Vehicles[0] = Vehicle{Load: weight.Grams(x), PerKm: money.VND(d.wild())}
		case 17:
			in.Params.LeadFee, in.Params.LeadShrinkBP, in.Params.LeadDays = money.PerTonne(x), d.wild(), d.wild()
		case 18:
			in.Commodities[0].Unit = weight.Grams(x)
		case 19:
			in.Commodities[0].RefFloor, in.Commodities[0].RefPrice = money.PerTonne(x), money.PerTonne(d.wild())
		case 20:
			in.Commodities[0].ShelfDays, in.Params.LifeAskedPM = x, d.wild()
		case 21:
			if len(in.Roads) > 0 {
				in.Roads[0].Km = x
			}
		case 22:
			in.AsOf = calendar.Day(x)
		case 23:
			in.Rules.Pins = append(in.Rules.Pins, Pin{Offer: o.ID, Demand: w.ID, Min: weight.Grams(x)})
			in.Rules.Caps = append(in.Rules.Caps, Cap{Party: o.Party, Commodity: w.Commodity, Max: weight.Grams(d.wild())})
		}
	}
}

// FuzzMakePlan: whatever the input, there is a plan that breaks no column or an error,
// never a panic.
func FuzzMakePlan(f *testing.F) {
	for n := range 20 {
		r := seeded(uint64(n))
		b := make([]byte, 200+n*40)
		for i := range b {
			b[i] = byte(r.IntN(256))
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d := &bytesDie{b}
		in := small(d, d.IntN(2) == 0)
		in.Params.Nodes, in.Params.Pivots = 50, 10_000
		d.spoil(&in)
		p, err := MakePlan(in)
		if err != nil {
			return
		}
		if in, err = Canonical(in); err != nil {
			t.Fatal("planned, but not canonical:", err)
		}
		if err := (model{in}).checkLines(p); err != nil {
			t.Fatal(err)
		}
	})
}
