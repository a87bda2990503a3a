package registry

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// importSize is how many rows a page of the dry run shows.
const importSize = 40

// importTabs are the views of a list: all rows, or those that somebody must look at.
var importTabs = []string{"", "asks", "new", "known", "left"}

// importShown is the dry run, and later the result.
type importShown struct {
	Import
	Sub       string
	Stats     []web.Stat
	Notes     []string
	Tabs      []web.Chip
	Only      int
	Rows      []importRowShown
	Paging    web.Paging
	Back      string
	New, Fill int
	Asks      int // rows with a question that was not answered
	Report    string
}

// importRowShown is one row of it.
type importRowShown struct {
	ID, Cell, Name, Href string
	Tag                  templ.Component
	Read                 []string // what was understood, a line each
	Said                 string
	Why                  string // why it is skipped or refused, or which one it is
	Asks                 []importAskShown
}

type importAskShown struct {
	Choose, Type web.Control // either may be without a name
	Sentence     string
	Blocks       bool
}

func (a *Area) showImport(w http.ResponseWriter, r *http.Request) error {
	im, err := a.importOf(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	p := i18n.From(ctx)
	read, err := a.readRows(r, &im)
	if err != nil {
		return err
	}
	t := Tally(read.Rows)
	v := importShown{Import: im, New: t.New, Fill: t.Fill, Asks: t.Asks}
	v.Sub = p.T("registry.import.sub."+string(im.State), auth.Local(im.At).Format("15:04 02/01/2006"))
	v.Stats = []web.Stat{
		{Label: p.T("registry.import.stat.new"), Value: p.Arg(t.New), Source: p.T("registry.import.stat.phones", t.Phones, t.Orgs)},
		{Label: p.T("registry.import.stat.known"), Value: p.Arg(t.Same + t.Fill + t.Done), Source: p.T("registry.import.stat.fill", t.Fill)},
		{Label: p.T("registry.import.stat.asks"), Value: p.Arg(t.Asks), Source: p.T("registry.import.stat.wait", t.Wait)},
		{Label: p.T("registry.import.stat.left"), Value: p.Arg(t.Skip + t.Twin + t.Refused), Source: p.T("registry.import.stat.refused", t.Refused, t.Twin)},
	}
	if im.State == ImportWritten {
		v.Report = p.T("registry.import.report", im.Report.Added, im.Report.Filled, im.Report.Same)
	}
	if len(read.Other) > 0 {
		v.Notes = append(v.Notes, p.T("registry.import.other_sheets", strings.Join(read.Other, ", ")))
	}
	q := r.URL.Query()
	link := func(key, value string) string {
		u := url.Values{}
		if only := q.Get("only"); only != "" && key != "only" {
			u.Set("only", only)
		}
		if value != "" && (key != "page" || value != "1") {
			u.Set(key, value)
		}
		if len(u) == 0 {
			return importPath(im.ID)
		}
		return importPath(im.ID) + "?" + u.Encode()
	}
	var rows []*ImportRow
	for i := range read.Rows {
		if inTab(q.Get("only"), &read.Rows[i]) {
			rows = append(rows, &read.Rows[i])
		}
	}
	for i, tab := range importTabs {
		if tab == q.Get("only") {
			v.Only = i
		}
		n := 0
		for k := range read.Rows {
			if inTab(tab, &read.Rows[k]) {
				n++
			}
		}
		v.Tabs = append(v.Tabs, web.Chip{Label: p.T("registry.import.only."+tab, n), Href: link("only", tab)})
	}
	page, _ := strconv.Atoi(q.Get("page"))
	page = min(max(1, page), len(rows)/importSize+1)
	v.Back = link("page", strconv.Itoa(page))
	v.Paging = web.Paging{Page: page, Size: importSize, Total: len(rows), Href: func(n int) string { return link("page", strconv.Itoa(n)) }}
	from := min(len(rows), (page-1)*importSize)
	for _, x := range rows[from:min(len(rows), from+importSize)] {
		v.Rows = append(v.Rows, a.importRow(ctx, &im, read.Rows, x))
	}
	web.SetVersion(w, im.Version)
	return web.Render(w, r, web.Page{
		Title: im.Name, Nav: "organisations",
		Crumbs: []web.Crumb{{Label: p.T("registry.orgs.title"), Href: "/organisations"}, {Label: p.T("registry.import.title"), Href: "/organisations/import"}, {Label: im.Name}},
	}, importView(v))
}

// inTab reports whether a view holds a row.
func inTab(tab string, x *ImportRow) bool {
	switch tab {
	case "asks":
		return x.Waits() && x.Verdict != VerdictDone
	case "new":
		return x.Verdict == VerdictNew
	case "known":
		return x.Verdict == VerdictSame || x.Verdict == VerdictFill || x.Verdict == VerdictDone
	case "left":
		return x.Verdict == VerdictSkip || x.Verdict == VerdictTwin || x.Verdict == VerdictRefused
	}
	return true
}

func (a *Area) importRow(ctx context.Context, im *Import, all []ImportRow, x *ImportRow) importRowShown {
	p := i18n.From(ctx)
	v := importRowShown{ID: "r-" + x.Key(), Cell: importCell(p, im, x), Name: x.Org.Name, Said: x.Said, Tag: verdictTag(p, x.Verdict)}
	if x.Skip != "" {
		v.Name, v.Why = p.T("registry.import.skipped"), p.T("registry.import.skip."+string(x.Skip))
		if x.Hint != "" {
			v.Why = p.T("registry.import.skip.names", x.Hint)
		}
		return v
	}
	o := &x.Org
	kind := ""
	if o.Kind != "" {
		kind = kindText(ctx, o.Kind)
	}
	var phones []string
	for _, n := range o.Phones() {
		phones = append(phones, ShowPhone(n))
	}
	members := ""
	if o.Members > 0 {
		members = p.T("registry.import.members", o.Members)
	}
	v.Read = []string{
		dotted(kind, o.Contact, strings.Join(phones, ", ")),
		dotted(joinComma(o.Address, a.Atlas.Label(o.Place)), importTax(p, o), calendar.FormatVI(o.Founded), members),
	}
	switch x.Verdict {
	case VerdictDone:
		v.Name, v.Href = x.Match.Name, orgPath(x.Match.ID)
	case VerdictSame, VerdictFill:
		v.Href = orgPath(x.Match.ID)
		v.Why = p.T("registry.import.how."+x.How, x.Match.Name)
		if len(x.Fills) > 0 {
			var fields []string
			for _, f := range x.Fills {
				fields = append(fields, p.T("registry."+f))
			}
			v.Why += " " + p.T("registry.import.fills", strings.Join(fields, ", "))
		}
	case VerdictTwin:
		for i := range all {
			if all[i].RowAt == x.Twin {
				v.Why = p.T("registry.import.twin_of", all[i].Cell, all[i].Org.Name)
			}
		}
	case VerdictRefused:
		var l fault.List
		if errors.As(x.Why, &l) {
			var all []string
			for _, e := range l {
				all = append(all, p.Fault(e))
			}
			v.Why = strings.Join(all, " ")
		} else {
			v.Why = p.Fault(x.Why)
		}
	}
	if x.Verdict != VerdictDone {
		for _, ask := range x.Asks {
			v.Asks = append(v.Asks, a.importAsk(ctx, x, ask))
		}
	}
	return v
}

// importCell is where a row stands, as its owner counts: a cell of a workbook, a line of a
// message.
func importCell(p *i18n.Printer, im *Import, x *ImportRow) string {
	if im.Doc.Lines {
		return p.T("registry.import.line", x.Row-1)
	}
	return x.Cell
}

func importTax(p *i18n.Printer, o *Org) string {
	if o.TaxCode == "" {
		return ""
	}
	return p.T("registry.import.tax", showTax(o.TaxCode))
}

func dotted(parts ...string) string {
	var kept []string
	for _, s := range parts {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, " · ")
}

func verdictTag(p *i18n.Printer, v Verdict) templ.Component {
	label := p.T("registry.import.verdict." + string(v))
	switch v {
	case VerdictNew:
		return web.Tag("good", "plus", label)
	case VerdictDone:
		return web.Tag("good", "check", label)
	case VerdictFill:
		return web.Tag("info", "edit", label)
	case VerdictSame:
		return web.Tag("info", "check", label)
	case VerdictWait:
		return web.Tag("warn", "clock", label)
	case VerdictTwin:
		return web.Tag("warn", "alert", label)
	case VerdictRefused:
		return web.Tag("bad", "x", label)
	}
	return web.Tag("", "", label)
}

// importAsk is a question with its controls: answers to choose, a line to type, or both.
func (a *Area) importAsk(ctx context.Context, x *ImportRow, ask ImportAsk) importAskShown {
	p := i18n.From(ctx)
	key := answerKey(x.RowAt, ask.Slot)
	v := importAskShown{Blocks: ask.Blocks}
	args := ask.Args
	if ask.Code == "differs" {
		args = []any{p.T("registry." + ask.Field)}
	}
	v.Sentence = p.T("registry.import.ask."+ask.Code, args...)
	known := false
	if len(ask.Options) > 0 {
		c := web.Control{Name: "a-" + key, ID: "a-" + key, Type: "pills", Label: v.Sentence, Value: ask.Answer}
		if ask.Slot == SlotSame || ask.Slot == SlotPlace {
			c.Type = "radio"
		}
		for _, o := range ask.Options {
			label := o.Label
			if o.Key != "" {
				label = p.T(o.Key)
			}
			if ask.Code == "differs" {
				label = p.T("registry.import.answer."+o.Value, a.fieldWords(ctx, ask.Field, o.Label))
			}
			known = known || o.Value == ask.Answer
			c.Options = append(c.Options, web.Option{Value: o.Value, Label: label})
		}
		v.Choose = c
	}
	if ask.Free {
		v.Type = web.Control{Name: "t-" + key, ID: "t-" + key, Label: v.Sentence, Width: "l", Auto: "off"}
		if v.Choose.Name != "" {
			v.Type.Label = p.T("registry.import.type_it")
		}
		if !known {
			v.Type.Value = ask.Answer
		}
		if ask.Typed != "" {
			v.Type.Value, v.Type.Error = ask.Typed, p.T("registry.import.unread", ask.Typed)
		}
		switch ask.Slot {
		case SlotPhone:
			v.Type.Mode = "tel"
		case SlotTax, SlotMembers, SlotFounded:
			v.Type.Mode = "numeric"
		case SlotPlace:
			v.Type.Placeholder = p.T("registry.import.place_hint")
		}
	}
	return v
}

// fieldWords shows a stored value: kinds, fields and statuses are kept as codes.
func (a *Area) fieldWords(ctx context.Context, field, value string) string {
	switch field {
	case "kind", "field", "status":
		return web.T(ctx, "registry."+field+"."+value)
	case "tax_code":
		return showTax(value)
	}
	return value
}
