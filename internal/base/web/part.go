package web

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
)

// What the templ files need besides markup stands here, so that they stay markup.

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func iconHref(name string) string { return Asset("sprite.svg") + "#i-" + name }

func current(is bool, what string) templ.Attributes {
	if !is {
		return nil
	}
	return templ.Attributes{"aria-current": what}
}

func idAttr(id string) templ.Attributes {
	if id == "" {
		return nil
	}
	return templ.Attributes{"id": id}
}

func ariaLabel(s string) templ.Attributes {
	if s == "" {
		return nil
	}
	return templ.Attributes{"aria-label": s}
}

func ariaSort(s string) templ.Attributes {
	if s == "" {
		return nil
	}
	return templ.Attributes{"aria-sort": s}
}

func arrow(sorted string) string {
	switch sorted {
	case "ascending":
		return " ↑"
	case "descending":
		return " ↓"
	}
	return ""
}

func (a Action) class() string {
	c := "btn"
	if a.Kind != "" {
		c += " " + a.Kind
	}
	if a.Big {
		c += " big"
	}
	if a.Wide {
		c += " wide"
	}
	if a.OffPhone {
		c += " hide-s"
	}
	return c
}

func submitAttrs(a Action) templ.Attributes {
	at := templ.Attributes{}
	if a.Name != "" {
		at["name"], at["value"] = a.Name, a.Value
	}
	if a.Off {
		at["disabled"] = true
	}
	return at
}

func (c Control) id() string {
	if c.ID != "" {
		return c.ID
	}
	return "f-" + c.Name
}

func (c Control) width() string {
	if c.Width == "" {
		return ""
	}
	return "w-" + c.Width
}

func (c Control) inputType() string {
	switch c.Type {
	case "", "number", "date": // typed as people write them here: "1,5", "20/11"
		return "text"
	}
	return c.Type
}

func inputAttrs(c Control) templ.Attributes {
	at := templ.Attributes{}
	if c.Placeholder != "" {
		at["placeholder"] = c.Placeholder
	}
	if c.Auto != "" {
		at["autocomplete"] = c.Auto
	}
	mode := c.Mode
	if mode == "" && c.Type == "number" {
		mode = "decimal"
	}
	if mode != "" {
		at["inputmode"] = mode
	}
	if c.Auto == "username" {
		at["autocapitalize"], at["spellcheck"] = "none", "false"
	}
	return at
}

func describe(c Control) templ.Attributes {
	at := templ.Attributes{}
	var ids []string
	if c.Hint != "" {
		ids = append(ids, c.id()+"-h")
	}
	if c.Error != "" {
		ids = append(ids, c.id()+"-m")
		at["aria-invalid"] = "true"
	}
	if len(ids) > 0 {
		at["aria-describedby"] = strings.Join(ids, " ")
	}
	return at
}

type optionGroup struct {
	label   string
	options []Option
}

func optionGroups(all []Option) []optionGroup {
	var out []optionGroup
	for _, o := range all {
		if len(out) == 0 || out[len(out)-1].label != o.Group {
			out = append(out, optionGroup{label: o.Group})
		}
		last := &out[len(out)-1]
		last.options = append(last.options, o)
	}
	return out
}

// most keeps a counter narrow.
func most(n int) string {
	if n > 99 {
		return "99+"
	}
	return strconv.Itoa(n)
}

func chapterOf(ctx context.Context) string {
	if v := viewOf(ctx); v != nil {
		return v.guide
	}
	return ""
}

func pollAttrs(seconds int) templ.Attributes {
	if seconds <= 0 {
		return nil
	}
	return templ.Attributes{"data-again": strconv.Itoa(seconds)}
}

func undoLabel(ctx context.Context, u *Undo) string {
	if u.Label != "" {
		return u.Label
	}
	return T(ctx, "web.undo")
}

func confirmYes(c Confirm) Action {
	c.Yes.Href = ""
	if c.Yes.Kind == "" {
		c.Yes.Kind = "go"
		if c.Danger {
			c.Yes.Kind = "bad"
		}
	}
	return c.Yes
}

func filterClass(n int) string { return "n" + strconv.Itoa(min(n, 5)) }

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

func (g Grid) col(i int) Column {
	if i < len(g.Cols) {
		return g.Cols[i]
	}
	return Column{}
}

// Pages is how many pages there are, at least one.
func (p Paging) Pages() int {
	if p.Size <= 0 || p.Total <= 0 {
		return 1
	}
	return (p.Total + p.Size - 1) / p.Size
}

func (p Paging) first() int { return (p.Page-1)*p.Size + 1 }
func (p Paging) last() int  { return min(p.Page*p.Size, p.Total) }

// shown are the page numbers to draw: the first, the last, those around; 0 is a gap.
func (p Paging) shown() []int {
	var out []int
	for n, last := 1, p.Pages(); n <= last; n++ {
		switch {
		case n == 1 || n == last || n >= p.Page-1 && n <= p.Page+1:
			out = append(out, n)
		case out[len(out)-1] != 0:
			out = append(out, 0)
		}
	}
	return out
}

func (s Split) width() string {
	if s.Total <= 0 {
		return "0"
	}
	return itoa(min(max(s.Done, 0), s.Total) * 1000 / s.Total)
}

func (s Split) aria() string {
	if s.Aria != "" {
		return s.Aria
	}
	return s.DoneLabel + ", " + s.Rest
}

// unitAfter puts the space between a figure and its unit: "655 tấn", but "38/61".
func unitAfter(unit string) string {
	if unit == "" || strings.HasPrefix(unit, "/") || strings.HasPrefix(unit, "%") {
		return unit
	}
	return " " + unit
}

func percentOf(done, total int64) int64 {
	if total <= 0 {
		return 0
	}
	return done * 100 / total
}

func bodyClass(s shell) string {
	switch {
	case len(s.Menu) == 0 || s.Wide:
		return "pub"
	}
	return "has-dock"
}

func accountHref(s shell) templ.SafeURL {
	if s.Account {
		return "/account"
	}
	return "/"
}

func themeAttrs(theme string) templ.Attributes {
	if theme != "dark" && theme != "light" {
		return nil
	}
	return templ.Attributes{"data-theme": theme}
}

// nextTheme is what the button in the foot offers: auto → dark → light → auto.
func nextTheme(theme string) string {
	switch theme {
	case "dark":
		return "light"
	case "light":
		return "auto"
	}
	return "dark"
}

func staleGrid(ctx context.Context, changes []Change) Grid {
	g := Grid{
		Label: T(ctx, "web.stale.table"),
		Cols:  []Column{{Label: T(ctx, "web.stale.field")}, {Label: T(ctx, "web.stale.yours")}, {Label: T(ctx, "web.stale.now")}},
	}
	for _, c := range changes {
		g.Rows = append(g.Rows, Row{Cells: []Cell{{Text: c.Label}, {Text: c.Yours}, {Text: c.Now, Strong: true}}})
	}
	return g
}

// FormErrors are the faults of a form in the order of its fields, in the reader's words.
type FormErrors []FieldError

// FieldError is one of them; Field is the input's name, "" means the whole form.
type FieldError struct{ Field, Text string }

// Of returns the sentence for a field, "" if it has none.
func (e FormErrors) Of(field string) string {
	for _, f := range e {
		if f.Field == field {
			return f.Text
		}
	}
	return ""
}

// FormErrorsOf turns what a rule refused into errors beside fields: a fault's Where.Col is
// the field's name. It returns false for what a form cannot mend (not found, internal …):
// such an error is returned by the handler.
func FormErrorsOf(ctx context.Context, err error) (FormErrors, bool) {
	if err == nil || fault.CodeOf(err) != fault.Invalid {
		return nil, false
	}
	p := i18n.From(ctx)
	var list fault.List
	var one *fault.Error
	if !errors.As(err, &list) {
		if !errors.As(err, &one) {
			return nil, false
		}
		list = fault.List{one}
	}
	var out FormErrors
	for _, e := range list {
		bare := *e
		bare.Where = fault.Where{} // the sentence stands beside its field
		out = append(out, FieldError{Field: e.Where.Col, Text: p.Fault(&bare)})
	}
	return out, true
}

// FaultText is the sentence for one refused try, for pages that show it themselves.
func FaultText(ctx context.Context, err error) string { return i18n.From(ctx).Fault(err) }

// PhoneShown groups a phone number as it is read aloud: 0900 000 118, 0218 000 0900.
func PhoneShown(s string) string {
	if len(s) == 10 || len(s) == 11 {
		return s[:4] + " " + s[4:7] + " " + s[7:]
	}
	return s
}
