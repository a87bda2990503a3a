package market

import (
	"cmp"
	"slices"

	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/weight"
)

type drawnKey struct {
	commodity string
	lang      i18n.Lang
}

// drawn are the pictures of a plan with the figures beside them.
type drawn struct {
	Flow, FlowPhone, Map, MapPhone string
	Districts, Markets             []sumRow
}

// sumRow is a place with what it offers or asks, and what of it is matched.
type sumRow struct {
	Name       string
	Total, Got weight.Grams
}

// draw draws the pictures of one commodity once.
func (h *heldPlan) draw(p *i18n.Printer, commodity string) *drawn {
	h.drawing.Lock()
	defer h.drawing.Unlock()
	k := drawnKey{commodity, p.Lang()}
	if d := h.drawn[k]; d != nil {
		return d
	}
	if len(h.drawn) > 40 {
		clear(h.drawn)
	}
	f, s := FlowOf(&h.In, h.Plan, commodity), SketchOf(&h.In, h.Plan, commodity)
	d := &drawn{
		Flow: FlowPicture(p, f, h.In.AsOf), FlowPhone: FlowPicturePhone(p, f, h.In.AsOf),
		Map: MapPicture(p, s, h.In.AsOf), MapPhone: MapPicturePhone(p, s, h.In.AsOf),
		Districts: sums(f.Suppliers), Markets: sums(f.Buyers),
	}
	for i := range d.Markets {
		d.Markets[i].Name = marketName(p, d.Markets[i].Name)
	}
	h.drawn[k] = d
	return d
}

// sums adds up ends by their group, the largest first.
func sums(ends []FlowEnd) (out []sumRow) {
	at := map[string]int{}
	for _, e := range ends {
		i, ok := at[e.Group]
		if !ok {
			i = len(out)
			at[e.Group] = i
			out = append(out, sumRow{Name: e.Group})
		}
		out[i].Total += e.Total
		out[i].Got += e.Got
	}
	slices.SortFunc(out, func(a, b sumRow) int { return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Name, b.Name)) })
	return out
}
