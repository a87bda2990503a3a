package market

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

// Lists of offers and of demands: those of the book (list_book_page.go) and the frozen ones
// of a round (list_round_page.go). What both show stands here.

const listSize = 50

// listing is one list as it is asked for.
type listing struct {
	demands bool
	base    string // "/offers", "/rounds/3/demands"
	keys    []string
	q       url.Values
	sort    string
	desc    bool
	shares  *shares
	rows    []listRow
	count   Counted
}

func (l *listing) path() string { return l.base }

// word is a text of the list: market.list.offers.<key> or market.list.demands.<key>.
func (l *listing) word(p *i18n.Printer, key string, args ...any) string {
	if l.demands {
		return p.T("market.list.demands."+key, args...)
	}
	return p.T("market.list.offers."+key, args...)
}

func (l *listing) at(key, value string) string {
	return keepQuery(l.path(), l.q, key, value, l.keys...)
}

// column is a heading that sorts by sort, "" by nothing.
func (l *listing) column(label, sort string, num bool) web.Column {
	c := web.Column{Label: label, Num: num}
	if sort == "" {
		return c
	}
	c.Sort = l.at("sort", sort)
	if l.sort == sort {
		c.Sorted = "ascending"
		if l.desc {
			c.Sorted = "descending"
		} else {
			c.Sort = l.at("sort", "-"+sort)
		}
	}
	return c
}

// listShown is the page of a list.
type listShown struct {
	Title, Sub, Count string
	Enter, Upload     *web.Action
	Fresh             bool // nothing is in the book yet
	Bar               web.Filter
	Views             web.Views
	HasViews          bool
	Exports           []web.ExportFile
	Grid              web.Grid
	Paging            web.Paging
	Path              string
	Empty, EmptyText  string
}

func (a *Area) orgName(ctx context.Context, id registry.OrgID) string {
	o, err := a.Store.Orgs.OrgByID(ctx, id)
	if err != nil {
		return strconv.FormatInt(int64(id), 10)
	}
	return o.Name
}

// listRow is an offer or a demand in words, for both lists and their exports.
type listRow struct {
	ID, Party, Contact, Phone     string
	Org                           registry.OrgID
	Goods, Variety, Class, Papers string
	ShortClass, ShortPapers       string // on screen
	Grams                         weight.Grams
	From, To                      calendar.Day
	Assumed                       bool
	Place, District, Province     string
	Price, PriceSub, Least        string // on screen
	Limit, Trader                 any    // đ/kg, nil unknown
	Smallest                      any    // weight.Grams
	Terms                         []any  // of a demand: price at, discount, days of payment, sources, invoices
	Matched                       weight.Grams
	Planned                       bool // there is a plan
	Left                          bool // the plan left it out, or a part of it
}

func (x *listRow) tel() string {
	if all := registry.ParsePhones(x.Phone); len(all) > 0 {
		return all[0]
	}
	return ""
}

// steady keeps words on one line.
func steady(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }

// narrow is the place below its district, as far as the label names one.
func (x *listRow) narrow() string {
	first, _, more := strings.Cut(x.Place, ", ")
	if wide := strings.TrimPrefix(text.Fold(x.wide()), "tp "); !more || wide != "" && strings.HasSuffix(text.Fold(first), wide) {
		return ""
	}
	return first
}

// wide is the district, or the province of a place outside one.
func (x *listRow) wide() string {
	if x.District != "" {
		return x.District
	}
	return x.Province
}

func (x *listRow) assumed(p *i18n.Printer) string {
	if x.Assumed {
		return p.T("market.list.assumed")
	}
	return ""
}

// state is how much of the record the plan holds, in words and colour.
func (x *listRow) state(p *i18n.Printer) templ.Component {
	switch {
	case x.Matched == 0:
		return web.Tag("", "", p.T("market.list.unmatched"))
	case x.Matched < x.Grams:
		return web.Tag("warn", "check", p.T("market.list.matched", x.Matched))
	}
	return web.Tag("good", "check", p.T("market.list.matched", x.Matched))
}
