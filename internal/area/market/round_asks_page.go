package market

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/web"
)

// asks filters the doubts, puts those first that keep a row out, and takes one page.
func (v *roundShown) asks(ctx context.Context, all []Ask, q url.Values) {
	p := i18n.From(ctx)
	kind, about, words := q.Get("kind"), q.Get("about"), strings.Fields(text.Fold(q.Get("q")))
	var first, rest []Ask
	seen := map[string]int{}
	for _, x := range all {
		seen[askSubject(x.Code)]++
		if kind == "blocking" && !x.Blocks || kind == "assumed" && x.Blocks || about != "" && askSubject(x.Code) != about {
			continue
		}
		find := text.Fold(strings.Join([]string{x.Who, x.Phone, x.Record, x.Value, x.Column, x.Source.Sheet, x.Sentence(p)}, " "))
		if !holdsAll(find, words) {
			continue
		}
		if x.Blocks {
			first = append(first, x)
		} else {
			rest = append(rest, x)
		}
	}
	v.NBlocking, v.NOthers = len(first), len(rest)
	page := max(1, atoi(q.Get("page")))
	from := min((page-1)*asksSize, len(first)+len(rest))
	to := min(from+asksSize, len(first)+len(rest))
	for i, x := range append(first, rest...)[from:to] {
		if from+i < v.NBlocking {
			v.Blocking = append(v.Blocking, doubt(p, x))
		} else {
			v.Others = append(v.Others, doubt(p, x))
		}
	}
	at := func(key, value string) string {
		return keepQuery(roundPath(v.Round.ID), q, key, value, "q", "kind", "about")
	}
	v.Paging = web.Paging{Page: page, Size: asksSize, Total: len(first) + len(rest), Href: func(n int) string { return at("page", strconv.Itoa(n)) + "#asks" }}
	kinds := []web.Option{{Label: p.T("market.round.kind.all")}, {Value: "blocking", Label: p.T("market.round.kind.blocking")}, {Value: "assumed", Label: p.T("market.round.kind.assumed")}}
	abouts := []web.Option{{Label: p.T("market.round.about.all")}}
	for _, s := range subjects {
		if seen[s] > 0 {
			abouts = append(abouts, web.Option{Value: s, Label: p.T("market.round.about."+s) + " (" + p.Arg(seen[s]) + ")"})
		}
	}
	v.Bar = web.Filter{Action: roundPath(v.Round.ID), Clear: roundPath(v.Round.ID), Fields: []web.Control{
		{Name: "q", ID: "q-ask", Type: "search", Label: p.T("market.list.search"), Value: q.Get("q"), Placeholder: p.T("market.round.search.hint")},
		{Name: "kind", Type: "select", Label: p.T("market.round.kind"), Options: kinds, Value: kind},
		{Name: "about", Type: "select", Label: p.T("market.round.about"), Options: abouts, Value: about},
	}}
	v.Bar.Chips = chips(v.Bar.Fields, at)
}

// subjects are what doubts are about, in the order of a row; askSubject finds it by the
// first word of the code.
var subjects = []string{"party", "place", "goods", "quantity", "days", "price", "class", "paper", "rest"}

func askSubject(c AskCode) string {
	switch head, _, _ := strings.Cut(string(c), "_"); head {
	case "party", "phone", "tax":
		return "party"
	case "quantity", "unit", "piece":
		return "quantity"
	case "price", "floor", "discount", "pay":
		return "price"
	case "place", "goods", "days", "class", "paper":
		return head
	}
	return "rest"
}

func doubt(p *i18n.Printer, a Ask) web.Doubt {
	var where []string
	if a.Source.Row > 0 {
		where = append(where, p.T("market.round.where.row", a.Source.Sheet, i18n.Plain(a.Source.Row)))
	} else if a.Source.Sheet != "" {
		where = append(where, a.Source.Sheet)
	}
	if a.Column != "" {
		where = append(where, p.T("market.round.where.column", a.Column))
	}
	d := web.Doubt{Where: strings.Join(where, ", "), Was: a.Value, Asking: a.Sentence(p)}
	if a.Who != "" {
		d.Where = joinDot(d.Where, a.Who)
	}
	if a.Suggestion != "" {
		d.Asking += " " + p.T("market.round.suggestion", a.Suggestion)
	}
	for _, n := range registry.ParsePhones(a.Phone) {
		d.Acts = append(d.Acts, web.Action{Label: web.PhoneShown(n), Icon: "phone", Href: "tel:" + n, Aria: p.T("market.list.call", a.Who, web.PhoneShown(n))})
	}
	return d
}
