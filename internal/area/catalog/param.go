package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// Param is a dated figure with its source: «xe 3,5 tấn: 14.000 đ/km». Nothing of the kind
// is written into the program.
type Param struct {
	ID         int64 // 0: embedded
	Key        string
	Scope      string
	Value      int64
	Unit       string
	From       calendar.Day
	To         calendar.Day // 0: until further notice
	Source     string
	Confidence string
}

// In reports whether the figure holds on a day.
func (p Param) In(day calendar.Day) bool { return p.From <= day && (p.To == 0 || day <= p.To) }

func (c *Catalog) addParam(r row) error {
	v, err := r.int("value")
	if err != nil {
		return err
	}
	p := Param{Key: r["key"], Scope: r["scope"], Value: v, Unit: r["unit"], Source: r["source"], Confidence: r["confidence"]}
	if p.From, err = calendar.ParseDay(r["valid_from"]); err != nil {
		return err
	}
	if p.To, err = calendar.ParseDay(r["valid_to"]); err != nil {
		return err
	}
	if p.Key == "" || p.From == 0 {
		return fmt.Errorf("a parameter needs a key and a first day")
	}
	c.params = append(c.params, p)
	return nil
}

// Params lists the embedded parameters.
func (c *Catalog) Params() []Param { return c.params }

// ParamOn is the figure of a key and scope that holds on a day: of several the one that
// began last, of those the one entered last. own are those that officers entered; they go
// before the embedded ones.
func (c *Catalog) ParamOn(own []Param, key, scope string, on calendar.Day) (Param, bool) {
	var best Param
	ok := false
	for _, ps := range [][]Param{own, c.params} {
		for _, p := range ps {
			if p.Key == key && p.Scope == scope && p.In(on) && (!ok || p.From > best.From || p.From == best.From && p.ID > best.ID) {
				best, ok = p, true
			}
		}
		if ok {
			return best, true
		}
	}
	return best, false
}

// Vehicle is one size of lorry and what a km of it costs.
type Vehicle struct {
	Load  weight.Grams
	PerKm money.VND
}

// Vehicles lists the lorries that the parameters know on a day, smallest first.
func (c *Catalog) Vehicles(own []Param, on calendar.Day) []Vehicle {
	var vs []Vehicle
	for _, ps := range [][]Param{own, c.params} {
		for _, p := range ps {
			kg, err := strconv.ParseInt(p.Scope, 10, 64)
			if p.Key != "freight.per_km" || err != nil || kg <= 0 {
				continue
			}
			load := weight.Grams(kg) * weight.Kilogram
			if slices.ContainsFunc(vs, func(v Vehicle) bool { return v.Load == load }) {
				continue
			}
			if best, ok := c.ParamOn(own, p.Key, p.Scope, on); ok && best.Value > 0 {
				vs = append(vs, Vehicle{load, money.VND(best.Value)})
			}
		}
	}
	slices.SortFunc(vs, func(a, b Vehicle) int { return cmp.Compare(a.Load, b.Load) })
	return vs
}

// ColdPM is the surcharge on freight for goods that travel cold, per mille.
func (c *Catalog) ColdPM(own []Param, on calendar.Day) int64 {
	p, _ := c.ParamOn(own, "freight.cold_pm", "", on)
	return p.Value
}
