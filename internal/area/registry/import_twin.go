package registry

import (
	"strings"

	"github.com/lienket/lienket/internal/area/places"
)

// rowBook are the rows of a list that were judged, to find those that are the same.
type rowBook struct {
	atlas *places.Atlas
	tax   map[string]*ImportRow
	phone map[string]*ImportRow
	bare  map[string][]*ImportRow
}

func newRowBook(a *places.Atlas) *rowBook {
	return &rowBook{atlas: a, tax: map[string]*ImportRow{}, phone: map[string]*ImportRow{}, bare: map[string][]*ImportRow{}}
}

func (b *rowBook) put(x *ImportRow) {
	if x.Org.TaxCode != "" && b.tax[x.Org.TaxCode] == nil {
		b.tax[x.Org.TaxCode] = x
	}
	for _, p := range x.Org.Phones() {
		if b.phone[p] == nil {
			b.phone[p] = x
		}
	}
	n := BareName(x.Org.Name)
	b.bare[n] = append(b.bare[n], x)
}

// twin is the row above that is the same organisation: the same tax code, the same
// telephone with a like name, or the same name in the same place.
func (b *rowBook) twin(x *ImportRow) (y *ImportRow, sure bool) {
	if y := b.tax[x.Org.TaxCode]; x.Org.TaxCode != "" && y != nil {
		return y, true
	}
	return b.like(x), false
}

func (b *rowBook) like(x *ImportRow) *ImportRow {
	differ := func(y *ImportRow) bool {
		return y.Org.Kind != x.Org.Kind || x.Org.TaxCode != "" && y.Org.TaxCode != "" && x.Org.TaxCode != y.Org.TaxCode
	}
	for _, p := range x.Org.Phones() {
		if y := b.phone[p]; y != nil && likeNames(x.Org.Name, y.Org.Name) && !differ(y) {
			return y
		}
	}
	for _, y := range b.bare[BareName(x.Org.Name)] {
		if differ(y) || areaOf(b.atlas, x.Org.Place) != areaOf(b.atlas, y.Org.Place) {
			continue
		}
		apart := x.Org.Place != y.Org.Place && len(x.Org.Phones()) > 0 && len(y.Org.Phones()) > 0 && !sharePhone(&x.Org, &y.Org)
		if !apart {
			return y
		}
	}
	return nil
}

// coreName is a name without the words for the kind and the trade: «HTX dịch vụ nông
// nghiệp Đại Đồng» is «dai dong». A name of such words alone keeps them.
func coreName(name string) string {
	bare := BareName(name)
	if core := withoutPhrases(bare, tradeWords); core != "" {
		return core
	}
	return bare
}

// likeNames reports whether two names may be one organisation's: the same core, or one core
// with a word or two more.
func likeNames(a, b string) bool {
	x, y := coreName(a), coreName(b)
	if x == y {
		return true
	}
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(strings.Fields(x)) < 2 {
		return false
	}
	return holdsWords(y, x)
}
