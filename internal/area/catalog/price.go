package catalog

import (
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/text"
)

// PriceBasis is where in the trade a reference price was read.
type PriceBasis string

// The bases.
const (
	AtFarm    PriceBasis = "farm"
	Wholesale PriceBasis = "wholesale"
	Retail    PriceBasis = "retail"
)

// PriceBases lists them in order.
var PriceBases = []PriceBasis{AtFarm, Wholesale, Retail}

// Price is a reference price that somebody read on a day.
type Price struct {
	ID         int64
	Commodity  string
	Market     string // where: «chợ đầu mối Minh Khai», «vườn, Cao Phong»
	Basis      PriceBasis
	Day        calendar.Day
	Low, High  money.PerTonne
	Unit       string // as it was read
	Source     string
	Confidence string // seen, told, published
	By         string
	At         time.Time
}

// Confidences lists how sure a price can be.
var Confidences = []string{"seen", "told", "published"}

// Check tidies a price and returns what is wrong with it; Where.Col is the field's name.
func (p *Price) Check(c *Catalog) error {
	var l fault.List
	bad := func(col, key string, args ...any) {
		l = append(l, fault.New(fault.Invalid, key, args...).At(fault.Where{Col: col}))
	}
	p.Market, p.Source = strings.TrimSpace(text.NFC(p.Market)), strings.TrimSpace(text.NFC(p.Source))
	if _, ok := c.ByCode(p.Commodity); !ok {
		bad("commodity", "catalog.fault.commodity", p.Commodity)
	}
	if p.Market == "" || len(p.Market) > 200 {
		bad("market", "catalog.fault.market")
	}
	if p.Basis != AtFarm && p.Basis != Wholesale && p.Basis != Retail {
		bad("basis", "catalog.fault.basis")
	}
	if p.Day == 0 {
		bad("day", "catalog.fault.day")
	}
	switch {
	case p.Low <= 0 || p.High > money.MaxPerTonne:
		bad("low", "catalog.fault.price")
	case p.Low > p.High:
		bad("high", "catalog.fault.low_above_high")
	}
	if p.Source == "" || len(p.Source) > 300 {
		bad("source", "catalog.fault.source")
	}
	if p.Confidence != "seen" && p.Confidence != "told" && p.Confidence != "published" {
		bad("confidence", "catalog.fault.confidence")
	}
	return l.Err()
}

// Ref is a reference price with where it comes from; the zero Ref is «chưa có số liệu».
type Ref struct {
	Low, High money.PerTonne
	Day       calendar.Day // 0: the embedded list, which has no day
	Market    string
	Source    string
	Sure      bool // read by somebody or from a page, not general knowledge
}

// Known reports whether there is a price.
func (r Ref) Known() bool { return r.High > 0 }

// maxAge is how long a price that somebody read goes before the list's usual range: prices
// fall by half within weeks.
const maxAge = 60

// RefOn is the reference price of a commodity on a day: the newest that was read in the 60
// days before, else the usual range of the list.
func (c *Catalog) RefOn(own []Price, commodity string, basis PriceBasis, on calendar.Day) Ref {
	var best *Price
	for i := range own {
		p := &own[i]
		if p.Commodity == commodity && p.Basis == basis && p.Day <= on && p.Day > on-maxAge &&
			(best == nil || p.Day > best.Day || p.Day == best.Day && p.ID > best.ID) {
			best = p
		}
	}
	if best != nil {
		return Ref{best.Low, best.High, best.Day, best.Market, best.Source, true}
	}
	x, ok := c.ByCode(commodity)
	switch {
	case ok && basis == AtFarm:
		return Ref{Low: x.FarmMin, High: x.FarmMax, Source: x.Sources, Sure: x.Real()}
	case ok && basis == Wholesale:
		return Ref{Low: x.WholeMin, High: x.WholeMax, Source: x.Sources, Sure: x.Real()}
	}
	return Ref{}
}

// RefFloor is what a seller is assumed to want at least, RefPrice what a buyer is assumed
// to pay, on a day; 0 when there are no figures.
func (c *Catalog) RefFloor(own []Price, commodity string, on calendar.Day) money.PerTonne {
	return c.RefOn(own, commodity, AtFarm, on).Low
}

// RefPrice: see RefFloor.
func (c *Catalog) RefPrice(own []Price, commodity string, on calendar.Day) money.PerTonne {
	r := c.RefOn(own, commodity, Wholesale, on)
	return (r.Low + r.High) / 2
}
