package trail

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/web"
)

func filterBar(ctx context.Context, q url.Values, f query, found []entry) web.Filter {
	t := func(key string, args ...any) string { return web.T(ctx, key, args...) }
	day := func(d calendar.Day) string {
		if d == 0 {
			return ""
		}
		return d.String()
	}
	b := web.Filter{
		Action: "/audit", Clear: "/audit", Hidden: map[string]string{},
		Fields: []web.Control{
			{Name: "who", Label: t("trail.who"), Type: "search", Value: f.Who, Placeholder: t("trail.who.hint")},
			{Name: "object", Label: t("trail.object"), Value: f.Object, Placeholder: t("trail.object.hint")},
			{Name: "from", Label: t("trail.from"), Type: "date", Value: day(f.From)},
			{Name: "to", Label: t("trail.to"), Type: "date", Value: day(f.To)},
			{Name: "what", Label: t("trail.what"), Type: "select", Value: f.What, Options: []web.Option{
				{Label: t("trail.what.all")}, {Value: "deeds", Label: t("trail.what.deeds")}, {Value: "look", Label: t("trail.what.look")},
			}},
		},
	}
	if f.Oldest {
		b.Hidden["sort"] = "at"
	}
	chip := func(name, label string) {
		b.Chips = append(b.Chips, web.Chip{Label: label, Href: address(q, name, "")})
	}
	if a := q.Get("actor"); a != "" && f.Who == "" {
		b.Hidden["actor"] = a
		label := a
		for _, e := range found {
			if e.Who.Name != "" {
				label = e.Who.Name
			}
		}
		chip("actor", label)
	}
	if f.Who != "" {
		chip("who", f.Who)
	}
	if f.Object != "" {
		chip("object", newWords(ctx, nil).thing(f.Object))
	}
	if f.From != 0 {
		chip("from", t("trail.since", f.From))
	}
	if f.To != 0 {
		chip("to", t("trail.until", f.To))
	}
	if f.What != "" {
		chip("what", t("trail.what."+f.What))
	}
	return b
}

// export reads what the list shows, all pages of it.
func (t *Trail) export(r *http.Request) (lines []line, err error) {
	f := readQuery(r.URL.Query())
	f.Page = 1
	var found []entry
	err = t.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if f.Who != "" {
			who, err := people(tx, f.Who)
			if err != nil || len(who) != 1 {
				found = nil
				return err
			}
			f.Actor = who[0].actor()
		}
		n, err := count(tx, f)
		if err != nil {
			return err
		}
		if n > mostExported {
			return fault.New(fault.TooLarge, "trail.fault.too_many", n, mostExported)
		}
		found, err = entries(tx, f, mostExported)
		return err
	})
	w := newWords(r.Context(), nil)
	for _, e := range found {
		l := w.line(e)
		l.Changes = w.changes(e.Before.String, e.After.String)
		lines = append(lines, l)
	}
	return lines, err
}

var heads = []string{"trail.number", "trail.at", "trail.who", "trail.login", "trail.for", "trail.what", "trail.object", "trail.changes", "trail.seal"}

func (l line) cells(p *i18n.Printer) []string {
	var changes []string
	for _, c := range l.Changes {
		changes = append(changes, p.T("trail.change", c.Label, orNothing(p, c.Was), orNothing(p, c.Now)))
	}
	seal := ""
	if l.Seal > 0 {
		seal = strconv.FormatInt(l.Seal, 10)
	}
	return []string{
		strconv.FormatInt(l.ID, 10), l.When, l.Who, l.Login, l.For, l.What, l.Thing, strings.Join(changes, "; "), seal,
	}
}

func orNothing(p *i18n.Printer, s string) string {
	if s == "" {
		return p.T("trail.nothing")
	}
	return s
}

func (t *Trail) exportXLSX(w http.ResponseWriter, r *http.Request) error {
	lines, err := t.export(r)
	if err != nil {
		return err
	}
	p := i18n.From(r.Context())
	widths := []float64{10, 18, 24, 16, 20, 24, 24, 80, 10}
	cols := make([]sheet.Column, len(heads))
	for i, h := range heads {
		cols[i] = sheet.Column{Head: p.T(h), Width: widths[i], Wrap: i == 7}
	}
	b := sheet.NewBook()
	b.Title = p.T("trail.title")
	s := b.Sheet(p.T("trail.title"), cols)
	for _, l := range lines {
		row := make([]any, len(heads))
		for i, c := range l.cells(p) {
			row[i] = c
		}
		row[0] = l.ID
		s.Row(row...)
	}
	var buf bytes.Buffer
	if _, err := b.WriteTo(&buf); err != nil {
		return err
	}
	web.Attachment(w, p.T("trail.file")+".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	_, err = w.Write(buf.Bytes())
	return err
}

func (t *Trail) exportCSV(w http.ResponseWriter, r *http.Request) error {
	lines, err := t.export(r)
	if err != nil {
		return err
	}
	p := i18n.From(r.Context())
	head := make([]string, len(heads))
	for i, h := range heads {
		head[i] = p.T(h)
	}
	rows := [][]string{head}
	for _, l := range lines {
		rows = append(rows, l.cells(p))
	}
	var buf bytes.Buffer
	if err := sheet.WriteCSV(&buf, rows); err != nil {
		return err
	}
	web.Attachment(w, p.T("trail.file")+".csv", "text/csv; charset=utf-8")
	_, err = w.Write(buf.Bytes())
	return err
}
